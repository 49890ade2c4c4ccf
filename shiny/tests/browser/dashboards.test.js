// Tests the running dashboards in Chromium, on the database that DASHBOARDS_TEST_DATABASE names on
// the server that DW_* name.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, newContext, open, pages, settle } from './pages.js';

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
  return `http://127.0.0.1:${port}/`;
};

let browser;
let context;
let url;
before(async () => {
  browser = await launch();
  context = await newContext(browser);
  url = await start({});
});
after(async () => {
  await browser?.close();
  started.forEach((app) => app.kill());
});

const box = (page, name) =>
  page.locator(`.page:visible [data-box="${name}"] .box-value`).innerText();

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
    ['journeys-pages', 'tbody tr', 10],
  ],
  products: [
    ['products-top', '.barlayer .point path', 15],
    ['products-table', 'tbody tr', 36],
  ],
  acquisition: [
    ['acquisition-days', '.barlayer .point path', 100],
    ['acquisition-table', 'tbody tr', 8],
    ['acquisition-credited', '.barlayer .point path', 30],
    ['acquisition-credit_table', 'tbody tr', 6],
  ],
  retention: [
    ['retention-cohorts', '.heatmaplayer image', 1],
    ['retention-cohorts', '.heatmap-label text', 30],
    ['retention-curve', '.scatterlayer .point', 8],
    ['retention-customers', '.heatmaplayer image', 1],
  ],
  sessions: [
    ['sessions-sessions', 'tbody tr', 200],
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

for (const name of pages) {
  test(`${name}: draws its charts, downloads its rows, explains its numbers, fits a narrow screen`, async () => {
    const page = await open(context, `${url}?page=${name}`);
    for (const [id, selector, least] of marks[name]) {
      const found = await page.locator(`#${id} ${selector}`).count();
      assert.ok(found >= least, `${id} has ${found} of ${least} ${selector}`);
    }
    // No horizontal scrolling.
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      true,
    );
    // The "?" of a panel shows its definition.
    const meaning = page.locator('.page:visible .panel .meaning').first();
    await meaning.click();
    await page.locator('.popover').waitFor();
    assert.ok((await page.locator('.popover').innerText()).length > 40);
    await page.keyboard.press('Escape');
    await page.locator('.popover').waitFor({ state: 'detached' });
    for (const link of await page.locator('.page:visible a.csv').all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const text = readFileSync(await download.path(), 'utf8');
      assert.match(download.suggestedFilename(), /\.csv$/);
      assert.ok(
        text.trim().split('\r\n').length > 1,
        `${download.suggestedFilename()} has no rows`,
      );
    }
    assert.deepEqual(page.faults, []);
    await page.setViewportSize({ width: 420, height: 900 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    await page.close();
  });
}

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
  for (let left = 20; left > 0 && (await misfits()).length > 0; left -= 1) {
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await misfits(), []);
};

const people = (condition = 'TRUE') =>
  `FROM clickstream_sessions s WHERE NOT is_bot AND ${condition} AND session_date BETWEEN DATE '2026-10-26' AND DATE '2026-11-22'`;

test('overview: the numbers are those of the tables, also with filters', async () => {
  const page = await open(context, url);
  assert.equal(await box(page, 'sessions'), grouped(sql(`SELECT count(*) ${people()}`)));
  assert.equal(
    await box(page, 'visitors'),
    grouped(sql(`SELECT count(DISTINCT visitor_id) ${people()}`)),
  );
  assert.equal(
    await box(page, 'orders'),
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
  await settle(page, 1200);
  assert.equal(
    await box(page, 'sessions'),
    grouped(sql(`SELECT count(*) ${people('user_id IS NOT NULL')}`)),
  );

  // By typing into the list.
  await page.locator('#filters-channels + .selectize-control input').fill('Paid S');
  await page.locator('.selectize-dropdown-content [data-value="Paid Search"]').click();
  await settle(page, 1200);
  const chosen = "user_id IS NOT NULL AND default_channel_group = 'Paid Search'";
  assert.equal(await box(page, 'sessions'), grouped(sql(`SELECT count(*) ${people(chosen)}`)));

  // Another browser that opens the link sees the same.
  assert.match(page.url(), /login=logged_in&channel=Paid%20Search/);
  const other = await open(await newContext(browser), page.url());
  assert.equal(await box(other, 'sessions'), await box(page, 'sessions'));
  await page.locator('#filters-reset').click();
  await settle(page, 1200);
  assert.equal(await box(page, 'sessions'), grouped(sql(`SELECT count(*) ${people()}`)));
  await Promise.all([page.close(), other.context().close()]);
});

test('category and days in a link choose the sessions with such products', async () => {
  const page = await open(
    context,
    `${url}?from=2026-11-09&to=2026-11-12&category=${encodeURIComponent('Điện thoại')}`,
  );
  const wanted =
    sql(`SELECT count(DISTINCT e.session_key) FROM clickstream_events e JOIN clickstream_sessions s USING (session_key)
    WHERE NOT s.is_bot AND s.session_date BETWEEN '2026-11-09' AND '2026-11-12' AND e.context_product_category = 'Điện thoại'
      AND e.event_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click', 'wishlist_toggle', 'share_click') AND e.context_product_id IS NOT NULL`);
  assert.equal(await box(page, 'sessions'), grouped(wanted));
  await page.locator('#filters-to').fill('2026-11-09');
  await settle(page, 1200);
  assert.notEqual(await box(page, 'sessions'), grouped(wanted));
  assert.match(page.url(), /from=2026-11-09&to=2026-11-09/);
  await page.close();
});

test('a page is drawn when it is opened, and the link follows', async () => {
  const page = await open(context, url);
  for (const [name, text] of [
    ['trends', 'Trends'],
    ['journeys', 'Journeys'],
    ['quality', 'Data quality & runs'],
    ['overview', 'Overview'],
  ]) {
    await page.locator('.navbar .nav-link', { hasText: text }).click();
    await settle(page, 1200);
    const [id, selector, least] = marks[name][0];
    assert.ok((await page.locator(`#${id} ${selector}`).count()) >= least, name);
    await assertFits(page);
    assert.match(page.url(), new RegExp(`page=${name}`));
  }
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('a table sorts by a click on its heading', async () => {
  const page = await open(context, `${url}?page=products`);
  const values = async () =>
    (await page.locator('#products-table tbody td:nth-child(4)').allInnerTexts()).map((text) =>
      Number(text.replaceAll(',', '')),
    );
  await page.locator('#products-table th:nth-child(4) .sort').click();
  const down = await values();
  assert.deepEqual(
    down,
    [...down].sort((a, b) => b - a),
  );
  await page.locator('#products-table th:nth-child(4) .sort').click();
  assert.deepEqual(
    await values(),
    [...down].sort((a, b) => a - b),
  );
  await page.close();
});

test('a visitor is found by an order, and the timeline shows the events', async () => {
  const page = await open(context, `${url}?page=sessions`);
  const [order, session] = sql(
    "SELECT order_id, session_key FROM clickstream_events WHERE event_name = 'checkout_complete' ORDER BY occurred_at LIMIT 1",
  ).split('|');
  await page.fill('#sessions-text', order);
  await page.keyboard.press('Enter');
  await settle(page);
  await page.locator(`tr.choice[data-value="${session}"]`).click();
  await settle(page);
  assert.equal(
    await page.locator('#sessions-timeline li.event').count(),
    Number(sql(`SELECT count(*) FROM clickstream_events WHERE session_key = '${session}'`)),
  );
  assert.match(await page.locator('#sessions-timeline').innerText(), new RegExp(order));
  // All sessions of the visitor, the latest sessions, and the visitor again.
  const visitor = page.locator('#sessions-timeline button.link');
  await visitor.click();
  await settle(page);
  await page.locator('#sessions-clear').click();
  await settle(page);
  assert.equal(await page.locator('#sessions-sessions tbody tr').count(), 200);
  const latest = await visitor.innerText();
  await visitor.click();
  await settle(page);
  assert.equal(
    await page.locator('#sessions-sessions tbody tr').count(),
    Number(sql(`SELECT count(*) FROM clickstream_sessions WHERE visitor_id = '${latest}'`)),
  );
  await page.fill('#sessions-text', 'nobody at all');
  await page.locator('#sessions-find').click();
  await settle(page);
  assert.match(await page.locator('#sessions-sessions').innerText(), /No visitor matches/);
  await page.close();
});

test('the body of a rejected record is shown as text', async () => {
  const page = await open(context, `${url}?page=quality`);
  await page.selectOption('#quality-reason', 'invalid_json');
  await settle(page);
  assert.match(
    await page.locator('#quality-raw pre').innerText(),
    /Lỗi máy chủ <script>alert\(1\)<\/script>/,
  );
  await page.close();
});

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
    const page = await open(context, await start({ DW_NAME: database }));
    assert.match(await page.locator('.trouble').innerText(), /not migrated[^]*migrate/);
    const files = execFileSync('sh', ['-c', 'ls ../sql/migrations/*.sql; ls ../sql/marts/*.sql'], {
      cwd: shiny,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    psql(
      database,
      '--single-transaction',
      ...files.flatMap((file) => ['-f', path.resolve(shiny, file)]),
    );
    await page.locator('.trouble', { hasText: 'The warehouse is empty' }).waitFor();
    assert.equal(await page.locator('.page:visible').count(), 0);
    psql(database, '--single-transaction', '-f', path.join(shiny, 'tests/seed/seed.sql'));
    // Another page is opened at once, so that the first one is drawn while it is hidden.
    await page.locator('.navbar .nav-link', { hasText: 'Data quality' }).click();
    await settle(page, 1500);
    await page.locator('.navbar .nav-link', { hasText: 'Overview' }).click();
    await page.locator('[data-box="sessions"]').waitFor();
    await settle(page, 1500);
    await assertFits(page);
    assert.equal(await page.locator('.trouble').count(), 0);
    assert.equal(await box(page, 'sessions'), grouped(sql(`SELECT count(*) ${people()}`)));
    await page.close();
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
  assert.equal(await page.locator('.page:visible').count(), 0);
  await page.close();
});

test('pages of other hosts and origins get nothing, and the page may not be framed', async () => {
  const address = new URL(url);
  const answer = (headers, upgrade) => new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: address.port, path: upgrade ? '/websocket/' : '/', headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
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
  const socket = (headers) => answer({ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', ...headers }, true);
  const own = `127.0.0.1:${address.port}`;
  assert.equal((await answer({ Host: own })).status, 200);
  assert.equal((await answer({ Host: 'evil.example' })).status, 403);
  const { headers } = await answer({ Host: own });
  assert.match(headers['content-security-policy'], /script-src 'self' 'unsafe-eval';.*frame-ancestors 'none'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.match((await socket({ Host: own, Origin: `http://${own}` })).said, /sessionId/);
  assert.doesNotMatch((await socket({ Host: own, Origin: 'http://evil.example' })).said, /sessionId/);
  assert.doesNotMatch((await socket({ Host: 'evil.example', Origin: 'http://evil.example' })).said, /sessionId/);
});

test('a visitor whose queries wait stops nobody else', async () => {
  const lock = spawn('psql', ['-qX', '-h', process.env.DW_HOST, '-p', process.env.DW_PORT ?? '5432', '-U', process.env.DW_USER, '-d', seeded, '-c',
    'BEGIN; LOCK TABLE session_paths IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)'],
  { env: { ...process.env, PGPASSWORD: process.env.DW_PASSWORD ?? '', PGAPPNAME: 'lock' }, stdio: 'ignore' });
  try {
    const isHeld = () => sql("SELECT count(*) FROM pg_locks WHERE relation = 'session_paths'::regclass AND mode = 'AccessExclusiveLock' AND granted") === '1';
    while (!isHeld()) await new Promise((resolve) => setTimeout(resolve, 50));
    const slow = await context.newPage();
    await slow.goto(`${url}?page=journeys`);
    const isWaiting = () => sql("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") === 't';
    while (!isWaiting()) await new Promise((resolve) => setTimeout(resolve, 50));
    const quick = await open(context, `${url}?page=overview`);
    assert.equal(await box(quick, 'sessions') !== '', true);
    // The other visitor's query waits still.
    assert.equal(isWaiting(), true);
    await slow.close();
    await quick.close();
  } finally {
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lock'");
    lock.kill();
  }
});
