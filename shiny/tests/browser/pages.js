// What the specs and the screenshots share: Chromium, and waiting until a page has been drawn.
import { chromium } from 'playwright-core';

export const pages = ['overview', 'trends', 'funnel', 'journeys', 'products', 'acquisition', 'retention', 'sessions', 'quality'];

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Chromium's sandbox needs a user that root in a container is not.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});

// Shiny says when it works; a page is at rest once each visible chart is drawn (or says why not) and Shiny has said nothing for a while.
export const settle = async (page, quietMs = 600) => {
  await page.waitForFunction(() => window.Shiny?.shinyapp?.isConnected?.() ?? true);
  await page.evaluate(() => {
    window.quietSince = undefined;
  });
  await page.waitForFunction((quiet) => {
    const isBusy = document.documentElement.classList.contains('shiny-busy')
      || [...document.querySelectorAll('.recalculating')].some((element) => element.offsetParent !== null);
    const isDrawn = [...document.querySelectorAll('.plotly.html-widget')].every((chart) => chart.offsetParent === null
      || chart.querySelector('.main-svg') !== null || chart.classList.contains('shiny-output-error'));
    const now = performance.now();
    if (isBusy || !isDrawn || window.quietSince === undefined) {
      window.quietSince = now;
    }
    return !isBusy && isDrawn && now - window.quietSince > quiet;
  }, quietMs, { timeout: 60000, polling: 50 });
};

export const open = async (browser, url, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.faults = faults;
  await page.goto(url);
  await page.locator('.scope, .trouble').first().waitFor({ timeout: 60000 });
  await settle(page);
  return page;
};
