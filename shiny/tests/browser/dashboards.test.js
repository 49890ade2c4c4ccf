// Tests the running dashboards in Chromium, on the database that DASHBOARDS_TEST_DATABASE names on
// the server that DW_* name.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { desktop, hasCount, hasText, launch, newContext, open, pages, settle } from './pages.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shiny = path.resolve(import.meta.dirname, '../..');
const seeded = process.env.DASHBOARDS_TEST_DATABASE;

const psql = (database, ...more) =>
  execFileSync(
    'psql',
    [
      '-qAtX',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      process.env.DW_HOST,
      '-p',
      process.env.DW_PORT ?? '5432',
      '-U',
      process.env.DW_USER,
      '-d',
      database,
      ...more,
    ],
    {
      env: { ...process.env, PGPASSWORD: process.env.DW_PASSWORD ?? '', PGTZ: 'Asia/Ho_Chi_Minh' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  ).trim();
const sql = (statement) => psql(seeded, '-c', statement);
const grouped = (number) => Number(number).toLocaleString('en-US');

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const isOpen = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const started = [];
const start = async (environment) => {
  const port = await freePort();
  const app = spawn(
    'Rscript',
    ['-e', `shiny::runApp('.', port = ${port}, host = '127.0.0.1', launch.browser = FALSE)`],
    {
      cwd: shiny,
      env: { ...process.env, DW_NAME: seeded, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  started.push(app);
  let said = '';
  await new Promise((resolve, reject) => {
    app.stderr.on('data', (text) => {
      said += text;
      if (said.includes('Listening on')) {
        resolve();
      }
    });
    app.on('exit', () => reject(new Error(said)));
  });
  // Shiny says so just before the port is open.
  while (!(await isOpen(port))) {
    await pause(50);
  }
  return `http://127.0.0.1:${port}/`;
};

// Starting R and opening a page take most of the time, so that tests share an application and a
// page ("tour") and go from one page to the next by the menu.
let browser;
let context;
let url;
let tour;
before(async () => {
  browser = await launch();
  context = await newContext(browser);
  url = await start({ DASHBOARD_QUERY_SECONDS: '3600' });
  tour = await open(context, `${url}?page=${pages.at(-1)}`);
});
after(async () => {
  await browser?.close();
  started.forEach((app) => app.kill());
});

const box = (page, name) =>
  page.locator(`.page:visible [data-box="${name}"] .box-value`).innerText();

// Waits until a box has a number.
const shows = (page, name, value) =>
  page
    .locator(`.page:visible [data-box="${name}"] .box-value`)
    .filter({ hasText: new RegExp(`^\\s*${value}\\s*$`) })
    .waitFor();

// Goes to a page of the tour by the menu.
const goTo = async (name) => {
  tour.faults.length = 0;
  await tour.locator(`.navbar .nav-link[data-value="${name}"]`).click();
  await tour.locator(`.page[data-page="${name}"]:visible`).waitFor();
  await tour.waitForFunction((wanted) => window.location.search.includes(`page=${wanted}`), name);
};

// What stands in each chart: marks that were drawn, not just a frame.
const marks = {
  overview: [
    ['overview-days', '.scatterlayer .point', 50],
    ['overview-channels', '.barlayer .point path', 8],
    ['overview-devices', '.barlayer .point path', 3],
  ],
  trends: [
    ['trends-series', '.scatterlayer .point', 28],
    ['trends-pattern', '.heatmaplayer image', 1],
    ['trends-events', '.scatterlayer .trace', 8],
    ['trends-unusual', '.scatterlayer .point', 28],
  ],
  funnel: [
    ['funnel-bars', '.barlayer .point path', 8],
    ['funnel-table', 'tbody tr', 4],
    ['funnel-segments', 'tbody tr', 8],
  ],
  journeys: [
    ['journeys-flow', '.sankey-link', 10],
    ['journeys-flow', '.sankey-node', 10],
    ['journeys-paths', 'tbody tr', 10],
    ['journeys-transitions', 'tbody tr', 10],
  ],
  pages: [['pages-table', 'tbody tr', 25]],
  products: [
    ['products-top', '.barlayer .point path', 15],
    ['products-table', 'tbody tr', 25],
  ],
  acquisition: [
    ['acquisition-days', '.barlayer .point path', 100],
    ['acquisition-table', 'tbody tr', 8],
    ['acquisition-credited', '.barlayer .point path', 30],
    ['acquisition-credit_table', 'tbody tr', 6],
  ],
  retention: [
    ['retention-cohorts', '.heatmaplayer image', 1],
    ['retention-cohorts', '.heatmap-label text', 20],
    ['retention-curve', '.scatterlayer .point', 7],
    ['retention-customers', '.heatmaplayer image', 1],
    ['retention-people', 'tbody tr', 25],
  ],
  properties: [
    ['properties-keys', 'tbody tr', 2],
    ['properties-values', 'tbody tr', 2],
    ['properties-days', '.scatterlayer .point', 28],
  ],
  sessions: [
    ['sessions-sessions', 'tbody tr', 50],
    ['sessions-timeline', 'li.event', 1],
  ],
  quality: [
    ['quality-missing', '.scatterlayer .point', 50],
    ['quality-lags', '.scatterlayer .point', 100],
    ['quality-runs', 'tbody tr', 15],
    ['quality-reject_days', '.barlayer .point path', 10],
    ['quality-rejects', 'tbody tr', 20],
    ['quality-raw', 'pre', 1],
  ],
};

// The violations that axe-core finds on a page: rule and elements.
const violations = async (page) => {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe);
  }
  return page.evaluate(async () => {
    // axe-core looks at hidden parts, too, and takes most of its time for their charts.
    const hidden = [...document.querySelectorAll('.tab-pane:not(.active)')].map((pane) => [
      pane,
      [...pane.childNodes],
    ]);
    hidden.forEach(([pane]) => pane.replaceChildren());
    const found = await window.axe
      .run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
        resultTypes: ['violations'],
      })
      .finally(() => hidden.forEach(([pane, nodes]) => pane.append(...nodes)));
    return found.violations.map(
      (violation) =>
        `${violation.id}: ${violation.nodes
          .slice(0, 4)
          .map((node) => node.target.join(' '))
          .join(', ')}`,
    );
  });
};

// Charts that are as wide as their places.
const assertFits = async (page) => {
  const misfits = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.plotly.html-widget')]
        .filter(
          (chart) =>
            chart.offsetParent !== null &&
            Math.abs(
              (chart.querySelector('.main-svg')?.clientWidth ?? chart.clientWidth) -
                chart.clientWidth,
            ) > 1,
        )
        .map((chart) => chart.id),
    );
  // Plotly draws a chart again soon after its place has another size.
  for (let left = 300; left > 0 && (await misfits()).length > 0; left -= 1) {
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await misfits(), []);
};

const people = (condition = 'TRUE') =>
  `FROM clickstream_sessions s WHERE NOT is_bot AND ${condition} AND session_date BETWEEN DATE '2026-10-26' AND DATE '2026-11-22'`;

// The live mode of a warehouse that is the test's own: new rows appear by themselves, nothing is
// asked while nobody looks, and an error stops it.
const testLive = async (address, database) => {
  const own = (statement) => psql(database, '-c', statement);
  const load = (minutes) => {
    // An event of a person, some minutes after the last one, and what a load does for it.
    own(`
      WITH last AS (
        SELECT event FROM clickstream_events event WHERE NOT is_bot
        ORDER BY occurred_at DESC, event_id LIMIT 1),
      added AS (
        INSERT INTO clickstream_events
        SELECT (jsonb_populate_record(event, jsonb_build_object('event_id', gen_random_uuid(),
          'raw_id', gen_random_uuid(),
          'occurred_at', (event).occurred_at + interval '${minutes} minutes'))).*
        FROM last)
      SELECT`);
    own(`SELECT refresh_hours(ARRAY(
      SELECT date_trunc('hour', max(occurred_at), reporting_zone()) FROM clickstream_events), '{}')`);
  };
  const newest = () =>
    own(
      "SELECT to_char(max(minute) AT TIME ZONE reporting_zone(), 'HH24:MI') FROM traffic_minutely WHERE events > 0",
    );
  const inHalfHour = () =>
    grouped(
      own(
        "SELECT sum(events) FROM traffic_minutely WHERE minute > (SELECT max(minute) FROM traffic_minutely WHERE events > 0) - interval '30 minutes'",
      ),
    );

  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  // Time passes as usual, and may be moved on.
  await page.clock.install();
  await page.goto(`${address}?live=1`);
  const line = page.locator('#overview-live_line .live-line');
  // The seed is older than this machine's clock, and the page says so.
  await hasText(line, new RegExp(`to the newest event: .*, ${newest()}`));
  await shows(page, 'live-events', inHalfHour());
  await page.locator('#overview-live_chart .barlayer .point path').nth(29).waitFor();
  await page.locator('#overview-days').waitFor({ state: 'hidden' });
  assert.deepEqual(await violations(page), []);
  // Shiny sets the function when it has connected.
  await page.evaluate(() => {
    window.ticks = 0;
    const send = window.Shiny.setInputValue;
    window.Shiny.setInputValue = (id, ...more) => {
      window.ticks += id === 'overview-tick' ? 1 : 0;
      return send(id, ...more);
    };
  });

  // A new event appears without a reload, and without a click.
  const before = inHalfHour();
  load(1);
  await page.clock.fastForward(10_000);
  await hasText(line, new RegExp(`to the newest event: .*, ${newest()}`));
  await shows(page, 'live-events', inHalfHour());
  load(40);
  await page.clock.fastForward(10_000);
  await hasText(line, new RegExp(`to the newest event: .*, ${newest()}`));
  assert.notEqual(inHalfHour(), before);
  await shows(page, 'live-events', '1');

  // Nothing is asked while the page is hidden.
  const look = (state) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    }, state);
  await look('hidden');
  const ticks = await page.evaluate(() => window.ticks);
  await page.clock.fastForward(60_000);
  assert.equal(await page.evaluate(() => window.ticks), ticks);
  await look('visible');
  await page.waitForFunction((seen) => window.ticks > seen, ticks);

  // An error stops it, with one line and the last numbers.
  own('ALTER TABLE session_acquisition RENAME COLUMN ended_at TO renamed');
  await page.clock.fastForward(10_000);
  const stopped = page.locator('#overview-live_line .live-stopped');
  await stopped.filter({ hasText: /Live has stopped: .*ended_at/ }).waitFor();
  await shows(page, 'live-events', '1');
  const atStop = await page.evaluate(() => window.ticks);
  await page.clock.fastForward(60_000);
  assert.equal(await page.evaluate(() => window.ticks), atStop);
  own('ALTER TABLE session_acquisition RENAME COLUMN renamed TO ended_at');
  load(1);
  await stopped.getByRole('button', { name: 'Go on' }).click();
  await hasText(line, new RegExp(`to the newest event: .*, ${newest()}`));
  await shows(page, 'live-events', '2');

  // The switch ends it, and the address forgets it.
  await page.locator('#overview-live').uncheck();
  await page.locator('#overview-days').waitFor();
  await page.waitForFunction(() => !window.location.search.includes('live=1'));
  assert.deepEqual(faults, []);
  await page.close();
};

// The second group waits for the dashboards, which look at their warehouse every ten seconds.
describe('dashboards', { concurrency: 2 }, () => {
  describe('of a warehouse with rows', { concurrency: 1 }, () => {
    for (const name of pages) {
      test(`${name}: opens by the menu, draws its charts, downloads its rows, explains its numbers, is accessible, fits a phone`, async () => {
        await goTo(name);
        for (const [id, selector, least] of marks[name]) {
          await tour
            .locator(`#${id} ${selector}`)
            .nth(least - 1)
            .waitFor({ state: 'attached' });
        }
        await settle(tour);
        await assertFits(tour);
        // No horizontal scrolling.
        assert.equal(
          await tour.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
          true,
        );
        assert.deepEqual(
          await tour.evaluate(() =>
            [...document.querySelectorAll('.table-frame')]
              .filter((frame) => frame.closest('details') === null)
              .filter((frame) => frame.scrollWidth > frame.clientWidth)
              .map((frame) => `${frame.closest('[id]').id} is ${frame.scrollWidth} px wide`),
          ),
          [],
        );
        // The "?" of a panel shows its definition.
        const meaning = tour.locator('.page:visible .panel .meaning').first();
        await meaning.click();
        await tour.locator('.popover').waitFor();
        assert.ok((await tour.locator('.popover').innerText()).length > 40);
        await tour.keyboard.press('Escape');
        await tour.locator('.popover').waitFor({ state: 'detached' });
        for (const link of await tour.locator('.page:visible a.csv:visible').all()) {
          const [download] = await Promise.all([tour.waitForEvent('download'), link.click()]);
          const text = readFileSync(await download.path(), 'utf8');
          assert.match(download.suggestedFilename(), /\.csv$/);
          assert.ok(
            text.trim().split('\r\n').length > 1,
            `${download.suggestedFilename()} has no rows`,
          );
        }
        assert.deepEqual(await violations(tour), []);
        await tour.setViewportSize({ width: 390, height: 844 });
        await tour.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
        assert.deepEqual(await violations(tour), []);
        await tour.setViewportSize(desktop);
        assert.deepEqual(tour.faults, []);
      });
    }

    test('overview: the numbers are those of the tables, also with filters', async () => {
      const page = await open(context, url);
      await shows(page, 'sessions', grouped(sql(`SELECT count(*) ${people()}`)));
      await shows(page, 'visitors', grouped(sql(`SELECT count(DISTINCT visitor_id) ${people()}`)));
      await shows(
        page,
        'orders',
        grouped(
          sql(
            "SELECT count(*) FROM (SELECT DISTINCT ON (order_id) occurred_at FROM clickstream_events WHERE event_name = 'checkout_complete' AND NOT is_bot ORDER BY order_id, occurred_at, event_id) o WHERE occurred_at::DATE BETWEEN '2026-10-26' AND '2026-11-22'",
          ),
        ),
      );
      const revenue = await page.locator('[data-box="revenue-VND"] .box-detail').innerText();
      assert.ok(
        revenue.startsWith(
          `${grouped(sql("SELECT sum(value) FROM (SELECT DISTINCT ON (order_id) occurred_at, currency, coalesce(order_value_minor, (order_items->0->>'quantity')::BIGINT * (order_items->0->>'price_minor')::BIGINT) AS value FROM clickstream_events WHERE event_name = 'checkout_complete' ORDER BY order_id, occurred_at, event_id) o WHERE currency = 'VND' AND occurred_at::DATE BETWEEN '2026-10-26' AND '2026-11-22'"))} VND`,
        ),
        revenue,
      );

      await page.selectOption('#filters-login', 'logged_in');
      await shows(
        page,
        'sessions',
        grouped(sql(`SELECT count(*) ${people('user_id IS NOT NULL')}`)),
      );

      // By typing into the list.
      await page.locator('#filters-channels + .selectize-control input').fill('Paid S');
      await page.locator('.selectize-dropdown-content [data-value="Paid Search"]').click();
      const chosen = "user_id IS NOT NULL AND default_channel_group = 'Paid Search'";
      await shows(page, 'sessions', grouped(sql(`SELECT count(*) ${people(chosen)}`)));

      // Another browser that opens the link sees the same.
      await page.waitForURL(/login=logged_in&channel=Paid%20Search/);
      const other = await open(await newContext(browser), page.url());
      assert.equal(await box(other, 'sessions'), await box(page, 'sessions'));
      await page.locator('#filters-reset').click();
      await shows(page, 'sessions', grouped(sql(`SELECT count(*) ${people()}`)));
      await Promise.all([page.close(), other.context().close()]);
    });

    test('category and days in a link choose the sessions with such products', async () => {
      const page = await open(
        context,
        `${url}?from=2026-11-09&to=2026-11-12&category=${encodeURIComponent('Điện thoại')}`,
      );
      const until = (day) =>
        grouped(
          sql(`SELECT count(DISTINCT e.session_key) FROM clickstream_events e JOIN clickstream_sessions s USING (session_key)
    WHERE NOT s.is_bot AND s.session_date BETWEEN '2026-11-09' AND '${day}' AND e.context_product_category = 'Điện thoại'
      AND e.event_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click', 'wishlist_toggle', 'share_click') AND e.context_product_id IS NOT NULL`),
        );
      await shows(page, 'sessions', until('2026-11-12'));
      // Days that are not loaded cannot be chosen.
      const ofLoaded = sql('SELECT min(day), max(day) FROM traffic_daily').trim().split('|');
      for (const [place, limit] of ['min', 'max'].entries()) {
        await page.locator(`#filters-to[${limit}="${ofLoaded[place]}"]`).waitFor();
      }
      await page.locator('#filters-to').fill('2026-11-09');
      await shows(page, 'sessions', until('2026-11-09'));
      assert.notEqual(until('2026-11-09'), until('2026-11-12'));
      await page.waitForURL(/from=2026-11-09&to=2026-11-09/);
      await page.close();
    });

    test('a table sorts and searches all its rows on the server', async () => {
      const page = tour;
      await goTo('products');
      await settle(page);
      const values = async () =>
        (await page.locator('#products-table tbody td:nth-child(3)').allInnerTexts()).map((text) =>
          Number(text.replaceAll(',', '')),
        );
      await hasText(page.locator('#products-table .table-count'), /^25 of 36/);
      const heading = page.locator('#products-table th:nth-child(3)');
      await heading.locator('.sort').click();
      await page.locator('#products-table th:nth-child(3)[aria-sort="descending"]').waitFor();
      await settle(page);
      const most = await values();
      assert.deepEqual(
        most,
        [...most].sort((a, b) => b - a),
      );
      await heading.locator('.sort').click();
      await page.locator('#products-table th:nth-child(3)[aria-sort="ascending"]').waitFor();
      await settle(page);
      // The least of all rows, not of the 25 that were shown.
      const least = await values();
      assert.deepEqual(
        least,
        [...least].sort((a, b) => a - b),
      );
      assert.ok(least[0] < most.at(-1));
      await page.fill('#products-table_search', 'img src');
      await page.locator('#products-table tbody tr').nth(1).waitFor({ state: 'detached' });
      await hasCount(page.locator('#products-table tbody tr'), 1);
      await page.fill('#products-table_search', '');
      await page.locator('#products-table button.more').click();
      await page.locator('#products-table tbody tr').nth(35).waitFor();
    });

    test('Back goes one step back, and every choice is in the address', async () => {
      const page = await open(context, url);
      const at = (pattern) =>
        page.waitForFunction((text) => new RegExp(text).test(window.location.search), pattern);
      await page.selectOption('#overview-measure', 'orders');
      await at('measure=orders');
      await page.selectOption('#overview-grain', 'week');
      await at('grain=week');
      await page.locator('.navbar .nav-link', { hasText: 'Products' }).click();
      await at('page=products');
      await settle(page, 800);
      await page.locator('#products-table a.in-app').first().click();
      await at('page=sessions&with=product');
      await settle(page, 800);
      await hasText(page.locator('#sessions-sessions'), /with product P001/);
      const address = page.url();
      const session = await page
        .locator('#sessions-sessions tr.choice')
        .nth(2)
        .getAttribute('data-value');
      await page.locator(`tr.choice[data-value="${session}"]`).click();
      await at(`session=${session}`);
      await settle(page, 800);
      // Another browser that opens the address sees the same session.
      const other = await open(await newContext(browser), page.url());
      await other.locator(`tr.chosen[data-value="${session}"]`).waitFor();
      await other.context().close();
      await page.goBack();
      await page.waitForFunction((wanted) => window.location.href === wanted, address);
      await settle(page, 800);
      await page.goBack();
      await page.locator('.page[data-page="products"]:visible').waitFor();
      await settle(page, 800);
      await page.goBack();
      await page.locator('.page[data-page="overview"]:visible').waitFor();
      await at('grain=week');
      await settle(page, 800);
      assert.equal(await page.inputValue('#overview-grain'), 'week');
      await page.goBack();
      await page.waitForFunction(() => document.getElementById('overview-grain').value === 'day');
      assert.equal(await page.inputValue('#overview-measure'), 'orders');
      await settle(page, 800);
      await page.goForward();
      await page.waitForFunction(() => document.getElementById('overview-grain').value === 'week');
      assert.deepEqual(page.faults, []);
      await page.close();
    });

    test('own steps are counted, kept in the link, and lead to the sessions that left', async () => {
      const steps = 'page:/p/* > event:add_to_cart_click > event:checkout_complete';
      const page = await open(
        context,
        `${url}?page=funnel&funnel=${encodeURIComponent('(own steps)')}&steps=${encodeURIComponent(steps)}`,
      );
      const cell = (row, column) =>
        page
          .locator(`#funnel-table tbody tr:nth-child(${row}) td:nth-child(${column})`)
          .innerText();
      await hasCount(page.locator('#funnel-table tbody tr'), 3);
      assert.equal(
        await cell(1, 2),
        grouped(
          sql(
            `SELECT count(DISTINCT session_key) FROM session_pages JOIN clickstream_sessions s USING (session_key) WHERE page_path LIKE '/p/%' AND s.session_date BETWEEN '2026-10-26' AND '2026-11-22'`,
          ),
        ),
      );
      // The drop-off and those that left are of the same row. Nobody leaves after the last step.
      const left = await cell(2, 4);
      const numbers = (await Promise.all([cell(2, 2), cell(3, 2)])).map((text) =>
        Number(text.replaceAll(',', '')),
      );
      assert.equal(Number(left.replaceAll(',', '')), numbers[0] - numbers[1]);
      assert.equal(
        await cell(2, 5),
        `${((100 * (numbers[0] - numbers[1])) / numbers[0]).toFixed(1)}%`,
      );
      assert.deepEqual(await Promise.all([cell(3, 4), cell(3, 5)]), ['–', '–']);
      await page.locator('#funnel-table tbody tr:nth-child(2) a.in-app').click();
      await page.locator('#sessions-sessions', { hasText: 'that left after step 2' }).waitFor();
      await settle(page);
      await hasText(
        page.locator('#sessions-sessions .note').first(),
        new RegExp(`^${left} sessions? of`),
      );
      await page.close();
    });

    test('on a phone a button shows the menu', async () => {
      const page = tour;
      await page.setViewportSize({ width: 390, height: 844 });
      const button = page.locator('.navbar-toggle');
      await hasCount(page.locator('.navbar .nav-link:visible'), 0);
      assert.equal(await button.getAttribute('aria-expanded'), 'false');
      await button.focus();
      await page.keyboard.press('Enter');
      await page.locator('.navbar-toggle[aria-expanded="true"]').waitFor();
      await page.locator('.navbar .nav-link', { hasText: 'Funnel' }).click();
      await page.locator('.page[data-page="funnel"]:visible').waitFor();
      await page.locator('.navbar-toggle[aria-expanded="false"]').waitFor();
      await page.setViewportSize(desktop);
    });

    test('on a phone no number is cut, and a key leads to its values', async () => {
      const page = await open(context, `${url}?page=pages`);
      await page.setViewportSize({ width: 390, height: 844 });
      await settle(page);
      const frame = page.locator('#pages-table .table-frame');
      for (const way of [150, 10_000, 10_000]) {
        await frame.evaluate((element, by) => element.scrollBy(by, 0), way);
        await settle(page);
      }
      // The first column covers the others whole, or not at all.
      await page.waitForFunction(() => {
        const [name, ...others] = document.querySelectorAll('#pages-table th');
        const edge = name.getBoundingClientRect().right;
        return others.every((heading) => {
          const { left, right } = heading.getBoundingClientRect();
          return left >= edge - 2 || right <= edge + 2;
        });
      });
      assert.ok((await frame.evaluate((element) => element.scrollLeft)) > 150);
      await page.close();

      const properties = await open(context, `${url}?page=properties`);
      await properties.setViewportSize({ width: 390, height: 500 });
      await settle(properties);
      await properties.locator('#properties-keys tr.choice').last().click();
      await properties.waitForFunction(() => {
        const panel = document.getElementById('properties-key_name').closest('.panel');
        return panel.getBoundingClientRect().top <= window.innerHeight - 80;
      });
      await properties.close();
    });

    test('a link to the rows of a filter opens the filters, and the value is said', async () => {
      const page = await open(context, `${url}?page=acquisition&group=device`);
      await settle(page);
      assert.equal(await page.locator('#filters-more[open]').count(), 0);
      const device = page.locator('#acquisition-table a.in-app').first();
      const name = await device.textContent();
      await device.click();
      await page.locator('#filters-more[open]').waitFor();
      await hasText(page.locator('#filters-more_set'), /^\(1 set\)$/);
      await hasText(
        page.locator('#scope .scope-note').first(),
        new RegExp(`^Device: ${name}, of the session\\.$`),
      );
      await page.close();
    });

    test('on a phone the message of an empty page fits', async () => {
      const page = await open(
        context,
        `${url}?page=acquisition&range=custom&from=2026-01-01&to=2026-01-02`,
      );
      await page.setViewportSize({ width: 390, height: 844 });
      await settle(page);
      await hasCount(page.locator('.htmlwidgets-error:visible'), 2);
      const widths = await page.evaluate(() =>
        [...document.querySelectorAll('.htmlwidgets-error')].map((message) => {
          const place = message.closest('.panel').getBoundingClientRect();
          return message.getBoundingClientRect().right - place.right;
        }),
      );
      assert.ok(Math.max(...widths) <= 0, widths.join());
      await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
      await page.close();
    });

    test('a visitor is found by an order, and the timeline shows the events', async () => {
      const page = tour;
      await goTo('sessions');
      await settle(page);
      const [order, session] = sql(
        "SELECT order_id, session_key FROM clickstream_events WHERE event_name = 'checkout_complete' ORDER BY occurred_at LIMIT 1",
      ).split('|');
      await page.fill('#sessions-text', order);
      await page.keyboard.press('Enter');
      await settle(page);
      await page.locator(`tr.choice[data-value="${session}"]`).click();
      await settle(page);
      await hasCount(
        page.locator('#sessions-timeline li.event'),
        Number(sql(`SELECT count(*) FROM clickstream_events WHERE session_key = '${session}'`)),
      );
      await hasText(page.locator('#sessions-timeline'), new RegExp(order));
      // All sessions of the visitor, the latest sessions, and the visitor again.
      const visitor = page.locator('#sessions-timeline button.link');
      await visitor.click();
      await settle(page);
      await page.locator('#sessions-clear').click();
      await settle(page);
      await hasCount(page.locator('#sessions-sessions tbody tr'), 50);
      const latest = await visitor.innerText();
      await visitor.click();
      await settle(page);
      await hasCount(
        page.locator('#sessions-sessions tbody tr'),
        Number(sql(`SELECT count(*) FROM clickstream_sessions WHERE visitor_id = '${latest}'`)),
      );
      await page.locator('#sessions-erasure button.choice').click();
      await page
        .locator('#sessions-erasure pre', { hasText: `--client-id='${latest.slice(2)}'` })
        .waitFor();
      assert.deepEqual(await violations(page), []);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#sessions-erasure a.csv').click(),
      ]);
      assert.match(
        readFileSync(await download.path(), 'utf8'),
        new RegExp(
          `"clickstream_events",${sql(`SELECT count(*) FROM clickstream_events WHERE visitor_id = '${latest}'`)},0`,
        ),
      );
      await page.fill('#sessions-text', 'nobody at all');
      await page.locator('#sessions-search').click();
      await settle(page);
      await hasText(page.locator('#sessions-sessions'), /No visitor matches/);
    });

    test('the body of a rejected record is shown as text', async () => {
      const page = tour;
      await goTo('quality');
      await settle(page);
      await page.selectOption('#quality-reason', 'invalid_json');
      await page
        .locator('#quality-raw pre', { hasText: 'Lỗi máy chủ <script>alert(1)</script>' })
        .waitFor();
    });

    test('a visitor whose queries wait stops nobody else', async () => {
      const holder = spawn(
        'psql',
        [
          '-qAtX',
          '-h',
          process.env.DW_HOST,
          '-p',
          process.env.DW_PORT ?? '5432',
          '-U',
          process.env.DW_USER,
          '-d',
          seeded,
        ],
        {
          env: { ...process.env, PGPASSWORD: process.env.DW_PASSWORD ?? '' },
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      const waiting = () =>
        Number(
          sql(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'session_pages'::regclass",
          ),
        );
      try {
        const slow = await open(context, `${url}?page=pages`);
        const rows = slow.locator('#pages-table tbody tr');
        assert.ok((await rows.count()) > 0);
        assert.equal(await slow.locator('.waiting').count(), 0);
        holder.stdin.write("BEGIN; LOCK TABLE session_pages; SELECT 'locked';\n");
        await once(holder.stdout, 'data');
        await slow.selectOption('#filters-login', 'guest');
        while (waiting() === 0) {
          await pause(100);
        }
        // The old rows stay, and are marked as such while the new ones are computed.
        await slow.locator('#pages-table.waiting[aria-busy=true] tbody tr').first().waitFor();
        // Rows that no page has asked for yet.
        await goTo('overview');
        await tour.selectOption('#filters-login', 'guest');
        await shows(tour, 'sessions', grouped(sql(`SELECT count(*) ${people('user_id IS NULL')}`)));
        assert.ok(waiting() > 0, 'the queries no longer wait');
        await tour.selectOption('#filters-login', 'all');
        holder.stdin.end('ROLLBACK;\n');
        await slow
          .locator('#pages-table:not(.waiting):not([aria-busy]) tbody tr')
          .first()
          .waitFor();
        await slow.close();
      } finally {
        holder.kill();
      }
    });

    test('pages of other hosts and origins get nothing, and the page may not be framed', async () => {
      const address = new URL(url);
      const answer = (headers, upgrade) =>
        new Promise((resolve, reject) => {
          const request = http.request(
            { host: '127.0.0.1', port: address.port, path: upgrade ? '/websocket/' : '/', headers },
            (response) => {
              response.resume();
              resolve({ status: response.statusCode, headers: response.headers });
            },
          );
          // The first message of a session, or nothing.
          request.on('upgrade', (response, socket, head) => {
            let said = head.toString('latin1');
            const done = () => {
              socket.destroy();
              resolve({ said });
            };
            const seen = () => said.includes('sessionId') && done();
            socket.on('data', (bytes) => {
              said += bytes.toString('latin1');
              // A frame that closes the connection.
              if (said.startsWith('\x88')) done();
              seen();
            });
            socket.on('end', done);
            seen();
            if (said.startsWith('\x88')) done();
          });
          request.on('error', reject);
          request.end();
        });
      const socket = (headers) =>
        answer(
          {
            Connection: 'Upgrade',
            Upgrade: 'websocket',
            'Sec-WebSocket-Version': 13,
            'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
            ...headers,
          },
          true,
        );
      const own = `127.0.0.1:${address.port}`;
      assert.equal((await answer({ Host: own })).status, 200);
      assert.equal((await answer({ Host: 'evil.example' })).status, 403);
      const { headers } = await answer({ Host: own });
      assert.match(
        headers['content-security-policy'],
        /script-src 'self' 'unsafe-eval';.*frame-ancestors 'none'/,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.match((await socket({ Host: own, Origin: `http://${own}` })).said, /sessionId/);
      assert.doesNotMatch(
        (await socket({ Host: own, Origin: 'http://evil.example' })).said,
        /sessionId/,
      );
      assert.doesNotMatch(
        (await socket({ Host: 'evil.example', Origin: 'http://evil.example' })).said,
        /sessionId/,
      );
    });
  });

  describe('of a warehouse that cannot be read yet', { concurrency: 1 }, () => {
    test('an empty warehouse is named, and the pages fill without a reload', async () => {
      const database = `${seeded}_empty`;
      psql(
        'postgres',
        '-c',
        `DROP DATABASE IF EXISTS ${database}`,
        '-c',
        `CREATE DATABASE ${database}`,
      );
      try {
        const address = await start({ DW_NAME: database });
        const page = await open(context, address);
        await hasText(page.locator('.trouble'), /not migrated[^]*migrate/);
        const files = execFileSync(
          'sh',
          ['-c', 'ls ../sql/migrations/*.sql; ls ../sql/marts/*.sql'],
          {
            cwd: shiny,
            encoding: 'utf8',
          },
        )
          .trim()
          .split('\n');
        psql(
          database,
          '--single-transaction',
          ...files.flatMap((file) => ['-f', path.resolve(shiny, file)]),
        );
        await page.locator('.trouble', { hasText: 'The warehouse is empty' }).waitFor();
        await hasCount(page.locator('.page:visible'), 0);
        psql(database, '--single-transaction', '-f', path.join(shiny, 'tests/seed/seed.sql'));
        // Another page is opened at once, so that the first one is drawn while it is hidden.
        await page.locator('.navbar .nav-link', { hasText: 'Data quality' }).click();
        await page.locator('#quality-lags .scatterlayer').waitFor();
        await page.locator('.navbar .nav-link', { hasText: 'Overview' }).click();
        await shows(page, 'sessions', grouped(sql(`SELECT count(*) ${people()}`)));
        await settle(page);
        await assertFits(page);
        await hasCount(page.locator('.trouble'), 0);
        await page.close();
        await testLive(address, database);
      } finally {
        psql('postgres', '-c', `DROP DATABASE ${database} WITH (FORCE)`);
      }
    });

    test('an unreachable warehouse is named, without its password', async () => {
      const page = await open(context, await start({ DW_PORT: '1', DW_PASSWORD: 'very-secret' }));
      const text = await page.locator('.trouble').innerText();
      assert.match(text, /can’t be reached|can't be reached/);
      assert.match(text, /refused/);
      assert.doesNotMatch(await page.content(), /very-secret/);
      await hasCount(page.locator('.page:visible'), 0);
      await page.close();
    });
  });
});
