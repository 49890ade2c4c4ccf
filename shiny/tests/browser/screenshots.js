// Takes a screenshot of every page of the running dashboards: node screenshots.js URL FOLDER
import path from 'node:path';
import { launch, newContext, open, pages, settle } from './pages.js';

const [url = 'http://127.0.0.1:4411/', folder = '../../../docs/images'] = process.argv.slice(2);
const browser = await launch();
const context = await newContext(browser);
for (const name of process.env.PAGES?.split(',') ?? pages) {
  const page = await open(context, `${url}?page=${name}${process.env.QUERY ?? ''}`);
  if (name === 'sessions') {
    await page
      .locator('#sessions-sessions tr.choice:has(td:last-child[data-sort="1"])')
      .first()
      .click();
    await settle(page);
  }
  await page.screenshot({ path: path.join(folder, `dashboard-${name}.png`), fullPage: true });
  console.log(name, page.faults.length === 0 ? 'ok' : page.faults.join('\n'));
  await page.close();
}
await browser.close();
