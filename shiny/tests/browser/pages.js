// Shared by tests, measurements and screenshots: starts Chromium and waits until a page is drawn.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const pages = [
  'overview',
  'trends',
  'funnel',
  'pages',
  'journeys',
  'products',
  'acquisition',
  'retention',
  'sessions',
  'properties',
  'quality',
];

export const desktop = { width: 1440, height: 900 };

// Only a page that hangs takes so long, also on a busy machine.
const LIMIT_MS = 240_000;

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Chromium's sandbox does not work for root.
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  });

// Waits until the server has seen every input that was made before: it answers in order, and Shiny's client
// sends an input within 250 ms. The method that is asked for does not matter, only that its answer comes.
const roundTrip = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const app = window.Shiny?.shinyapp;
        if (app?.isConnected?.()) {
          window.setTimeout(() => app.makeRequest('uploadInit', [[]], resolve, resolve), 300);
        } else {
          resolve();
        }
      }),
  );

// Waits until each visible chart is drawn, or shows its message, and Shiny has been idle for a while.
export const settle = async (page, quietMs = 200) => {
  await page.waitForFunction(() => window.Shiny?.shinyapp?.isConnected?.() ?? true);
  await roundTrip(page);
  await page.evaluate(() => {
    window.quietSince = undefined;
  });
  await page.waitForFunction(
    (quiet) => {
      const isBusy =
        document.documentElement.classList.contains('shiny-busy') ||
        [...document.querySelectorAll('.recalculating, .waiting')].some(
          (element) => element.offsetParent !== null,
        );
      // htmlwidgets puts the message of a chart that cannot be drawn beside it.
      const isDrawn = [...document.querySelectorAll('.plotly.html-widget')].every(
        (chart) =>
          chart.offsetParent === null ||
          chart.querySelector('.main-svg') !== null ||
          chart.parentElement.querySelector('.shiny-output-error') !== null,
      );
      const now = performance.now();
      if (isBusy || !isDrawn || window.quietSince === undefined) {
        window.quietSince = now;
      }
      return !isBusy && isDrawn && now - window.quietSince > quiet;
    },
    quietMs,
    { timeout: LIMIT_MS, polling: 50 },
  );
};

// Waits until a locator has so many elements: a busy server may draw after the page has been quiet for a while.
export const hasCount = async (locator, wanted) => {
  const end = Date.now() + LIMIT_MS;
  let found = await locator.count();
  while (found !== wanted && Date.now() < end) {
    await locator.page().waitForTimeout(50);
    found = await locator.count();
  }
  assert.equal(found, wanted, `elements of ${locator}`);
};

// Waits until an element's text matches. The text of before is shown while a query runs.
export const hasText = async (locator, wanted) => {
  const end = Date.now() + LIMIT_MS;
  let found = await locator.innerText();
  while (!wanted.test(found) && Date.now() < end) {
    await locator.page().waitForTimeout(50);
    found = await locator.innerText();
  }
  assert.match(found, wanted, `text of ${locator}`);
};

// Pages of one context share its cache, so that plotly.js is downloaded and compiled once.
export const newContext = async (browser) => {
  const context = await browser.newContext({
    viewport: desktop,
    locale: 'en-GB',
  });
  context.setDefaultTimeout(LIMIT_MS);
  return context;
};

// Opens a page and waits until it is drawn. page.faults collects its errors.
export const open = async (context, url) => {
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.faults = faults;
  await page.goto(url);
  await page.locator('.scope, .trouble').first().waitFor();
  await settle(page);
  return page;
};

// Notes in each frame whether the page is being drawn. settle() itself takes 300 ms at least.
export const watch = () => {
  const note = () => {
    const isConnected = window.Shiny?.shinyapp?.isConnected?.() ?? false;
    const isBusy =
      !isConnected ||
      document.documentElement.classList.contains('shiny-busy') ||
      [...document.querySelectorAll('.recalculating, .waiting')].some(
        (element) => element.offsetParent !== null,
      ) ||
      [...document.querySelectorAll('.plotly.html-widget')].some(
        (chart) =>
          chart.offsetParent !== null &&
          chart.querySelector('.main-svg') === null &&
          chart.parentElement.querySelector('.shiny-output-error') === null,
      );
    if (isBusy) {
      window.busyUntil = performance.now();
    }
    window.requestAnimationFrame(note);
  };
  window.requestAnimationFrame(note);
};

// The time at which the page was drawn, by its own clock, which starts with the navigation.
export const drawnAt = async (page) => {
  await settle(page, 800);
  return page.evaluate(() => window.busyUntil);
};
