// Answers the questions of shiny/README.md by clicks on the running dashboards: node questions.js URL [FOLDER]
//
// Prints the clicks of each question, and the seconds from the drawn start page to the drawn answer: the
// clicks and the waiting, without reading. Each question is asked once in a new browser profile. FOLDER
// gets a screenshot of each answer.
import path from 'node:path';
import { drawnAt, launch, newContext, open, watch } from './pages.js';

const [url, folder] = process.argv.slice(2);
if (url === undefined) {
  console.error('Cannot ask: no URL. Use node questions.js URL [FOLDER].');
  process.exit(2);
}

const menu = (name) => (page) => page.locator(`.navbar .nav-link[data-value="${name}"]`).click();
const choose = (id, value) => (page) => page.locator(`#${id}`).selectOption(value);
const check = (id) => (page) => page.locator(`#${id}`).check();
const sort = (table, label) => (page) =>
  page.locator(`#${table} .sort`).getByText(label).first().click();
const first = (selector) => (page) => page.locator(selector).first().click();

const questions = [
  ['Is traffic up or down?', choose('filters-range', '7d')],
  ['What happens right now?', check('overview-live')],
  ['When is the shop busy?', menu('trends')],
  ['Where do visitors give up?', menu('funnel')],
  [
    'What did they do before?',
    menu('funnel'),
    first('#funnel-table a.in-app'),
    first('#sessions-sessions tr.choice:not(.chosen)'),
  ],
  ['Where do visits begin and bounce?', menu('pages'), sort('pages-table', 'Entries')],
  ['Which channel brings revenue?', menu('acquisition')],
  [
    'Which campaign pays?',
    menu('acquisition'),
    choose('acquisition-group', 'campaign'),
    sort('acquisition-table', 'Revenue'),
  ],
  ['Do phones convert worse?', menu('acquisition'), choose('acquisition-group', 'device')],
  [
    'Do returning visitors convert better?',
    menu('acquisition'),
    choose('acquisition-group', 'kind'),
  ],
  [
    'What is viewed but not bought?',
    menu('products'),
    sort('products-table', 'Buy-to-view'),
    sort('products-table', 'Buy-to-view'),
  ],
  ['Do visitors come back?', menu('retention')],
  ['Is the data complete?', menu('quality')],
];

const browser = await launch();
for (const [number, [question, ...clicks]] of questions.entries()) {
  const context = await newContext(browser);
  await context.addInitScript(watch);
  const page = await open(context, url);
  const opened = await drawnAt(page);
  let seconds = 0;
  for (const click of clicks) {
    const begun = await page.evaluate(() => performance.now());
    await click(page);
    seconds += Math.max(0, (await drawnAt(page)) - begun) / 1000;
  }
  console.log(
    `${question.padEnd(40)} ${clicks.length} clicks, ${seconds.toFixed(1)} s; start page ${(opened / 1000).toFixed(1)} s`,
  );
  if (folder !== undefined) {
    const file = path.join(folder, `question-${String(number + 1).padStart(2, '0')}.png`);
    await page.screenshot({ path: file, fullPage: true });
  }
  for (const fault of page.faults) {
    console.log(`  ${fault}`);
  }
  await context.close();
}
await browser.close();
