// Measures how long people wait for the running dashboards: node speed.js URL [ROUNDS]
//
// Opens each page by its link, and goes to each page by the menu, in Chromium. One round that is not
// measured comes first, so that the results of the queries and the libraries are cached. In each round a
// new session goes through the pages, so that a page is drawn at its first opening in the session.
//
// Prints the median, the least and the greatest time in milliseconds, and "ok" or "missed" for the
// median: a page opens within 1.5 s, and the menu leads to a page within 0.5 s. Exits 0 in both cases.
import { drawnAt, launch, newContext, open, pages, watch } from './pages.js';

const [url, rounds = '7'] = process.argv.slice(2);
if (url === undefined || !(Number(rounds) >= 1)) {
  console.error('Cannot measure: no URL or number of rounds. Use node speed.js URL [ROUNDS].');
  process.exit(2);
}
const targets = { open: 1500, menu: 500 };

const times = { open: new Map(), menu: new Map() };
const note = (kind, name, ms) =>
  times[kind].set(name, [...(times[kind].get(name) ?? []), Math.round(ms)]);

const browser = await launch();
const context = await newContext(browser);
await context.addInitScript(watch);
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const name of pages) {
    const page = await open(context, `${url}?page=${name}`);
    const ms = await drawnAt(page);
    if (round > 0) {
      note('open', name, ms);
    }
    await page.close();
  }
  const page = await open(context, `${url}?page=${pages.at(-1)}`);
  for (const name of pages) {
    const clicked = await page.evaluate((wanted) => {
      const link = document.querySelector(`.navbar .nav-link[data-value="${wanted}"]`);
      const now = performance.now();
      link.click();
      return now;
    }, name);
    // A page that was drawn before is shown at once.
    const ms = Math.max(0, (await drawnAt(page)) - clicked);
    if (round > 0) {
      note('menu', name, ms);
    }
  }
  await page.close();
}
await browser.close();

for (const [kind, byPage] of Object.entries(times)) {
  for (const [name, list] of byPage) {
    const sorted = list.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const verdict = median <= targets[kind] ? 'ok' : 'missed';
    console.log(
      `${kind} ${name.padEnd(12)} median ${String(median).padStart(6)} ms, ${sorted[0]} to ${sorted.at(-1)} ms, target ${targets[kind]} ms: ${verdict}`,
    );
  }
}
