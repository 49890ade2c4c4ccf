import { expect, test } from './fixtures.js';
import { occurredAt } from './raw-events.js';
import { Visit } from './visit.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a purchase: every event of the shop, once, in order, in the forms of the platform', async ({
  page,
  visitor,
}) => {
  const visit = new Visit(page);
  await visit.buyEverythingThereIs();
  const events = await visitor.has(visit.expected);

  expect(new Set(visit.expected).size).toBe(14);
  expect(new Set(events.map((event) => event.clientId)).size).toBe(1);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
  expect(events.every((event) => UUID.test(event.eventId) && event.isFirstVisit)).toBe(true);
  expect(events.map((event) => event.trackerVersion)).toEqual(events.map(() => '0.1.0'));

  const of = (name: string) => events.filter((event) => event.eventName === name);
  const product = {
    id: 'lt-001',
    name: 'TUF Gaming F16',
    category: 'Laptops',
    brand: 'ASUS',
    price: 29_990_000,
    discountPrice: 26_991_000,
    urlPath: '/product/lt-001',
  };
  for (const name of [
    'product_view',
    'wishlist_toggle',
    'share_click',
    'add_to_cart_click',
    'remove_from_cart_click',
  ]) {
    expect(of(name)[0]!.product, name).toEqual(product);
  }
  expect(of('category_view')[0]).toMatchObject({
    category: { slug: 'laptops', name: 'Laptops' },
    pageTitle: 'Laptops · Bits & Screens',
  });
  expect(of('product_view')[0]).toMatchObject({
    pageTitle: 'TUF Gaming F16 · Bits & Screens',
    referrer: expect.stringMatching(/\/category\/laptops$/),
  });
  expect(of('checkout_start')[0]).toMatchObject({
    cart: { itemCount: 1, value: 26_991_000, currency: 'VND' },
  });
  expect(of('checkout_complete')[0]!.order).toMatchObject({
    id: expect.stringMatching(/^O-/),
    value: 26_991_000,
    currency: 'VND',
    items: [
      {
        productId: 'lt-001',
        name: 'TUF Gaming F16',
        category: 'Laptops',
        brand: 'ASUS',
        quantity: 1,
        price: 29_990_000,
        discountPrice: 26_991_000,
      },
    ],
  });

  // The user from the login to the logout, both included.
  const loggedIn = events.filter((event) => event.userId === 'u-an').map((e) => e.eventName);
  expect(loggedIn[0]).toBe('login_success');
  expect(loggedIn.at(-1)).toBe('logout');
  expect(loggedIn).toHaveLength(visit.expected.length - visit.expected.indexOf('login_success'));
  expect(JSON.stringify(events)).not.toContain('correct horse');

  const clicked = of('click').map((event) => event.element!.text);
  expect(clicked).toContain('By card');
  expect(clicked).not.toContain('u-an');
});

test('route changes: one view each, with the previous page as referrer', async ({
  page,
  visitor,
  baseURL,
}) => {
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Monitors');
  await visit.goToCategory('Laptops');
  await visit.goToCart();
  await page.goBack();
  await page.goBack();
  await page.goForward();
  visit.expected.push('category_view', 'category_view', 'category_view');
  const events = await visitor.has(visit.expected);
  const views = events.filter((event) => event.eventName.endsWith('_view'));
  expect(views.map((event) => event.pageUrl.replace(baseURL!, ''))).toEqual([
    '/',
    '/category/monitors',
    '/category/laptops',
    '/cart',
    '/category/laptops',
    '/category/monitors',
    '/category/laptops',
  ]);
  expect(views.slice(1).map((event) => event.referrer)).toEqual(
    views.slice(0, -1).map((event) => event.pageUrl),
  );
  expect(views[0]!.referrer).toBeNull();
});

test('loading pages directly: none swallowed, none doubled, also where there is no page', async ({
  page,
  visitor,
}) => {
  const paths = ['/', '/category/monitors', '/product/ac-003', '/cart', '/about', '/no-such-page'];
  for (const path of [...paths, '/product/no-such-product']) {
    await page.goto(path);
    await page.waitForTimeout(300);
  }
  await page.reload();
  await visitor.has([
    'home_view',
    'category_view',
    'product_view',
    ...Array<string>(5).fill('page_view'),
  ]);
});

test('prefetched pages are not viewed', async ({ page, visitor }) => {
  const prefetched: string[] = [];
  page.on('request', (request) => {
    if (request.headers()['next-router-prefetch']) {
      prefetched.push(request.url());
    }
  });
  const visit = new Visit(page);
  await visit.openHome();
  await page.getByRole('heading', { level: 3 }).first().hover();
  await expect.poll(() => prefetched.length).toBeGreaterThan(0);
  await visitor.has(visit.expected);
});

test('two tabs: one client, a session each, and no event of either is lost', async ({
  context,
  visitor,
}) => {
  const tabs = await Promise.all([context.newPage(), context.newPage()]);
  const visits = tabs.map((tab) => new Visit(tab));
  // One behind the other: browsers tell other tabs of what was stored a moment later.
  for (const visit of visits) {
    await visit.openHome();
  }
  await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async () => {
        const title = document.querySelector<HTMLElement>('h2')!;
        for (let i = 0; i < 40; i++) {
          title.click();
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      }),
    ),
  );
  const events = await visitor.arrived(82);
  expect(new Set(events.map((event) => event.clientId)).size).toBe(1);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(2);
});

test('1,000 quick clicks arrive, each once, and the page stays quick', async ({
  page,
  visitor,
  network,
}) => {
  test.setTimeout(90_000);
  await new Visit(page).openHome();
  const took = await page.evaluate(() => {
    const title = document.querySelector<HTMLElement>('h2')!;
    const start = performance.now();
    for (let i = 0; i < 1_000; i++) {
      title.click();
    }
    return performance.now() - start;
  });
  // Looking on S3 meanwhile would slow the server down.
  await expect.poll(() => network.passed.length, { timeout: 75_000, intervals: [500] }).toBe(1_001);
  await visitor.arrived(1_001, 75_000);
  expect(network.passed).toHaveLength(1_001);
  expect(took / 1_000, 'milliseconds a click').toBeLessThan(3);
});

test('a click that leaves the page arrives', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openHome();
  await page.getByRole('link', { name: 'About this shop' }).click();
  await page.waitForURL('**/about');
  await visitor.has([...visit.expected, 'click', 'page_view']);
});

test('a tab that is closed at once has sent its view and its click', async ({
  page,
  visitor,
  context,
}) => {
  await context.newPage();
  await page.goto('/cart');
  await page.getByRole('heading', { name: 'Your cart' }).click();
  await page.close({ runBeforeUnload: true });
  await visitor.has(['page_view', 'click']);
});

test('back/forward cache: a page that comes back is viewed again', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openProduct('mn-001');
  await visitor.has(visit.expected);
  await page.evaluate(() => Object.assign(window, { loadedOnce: true }));
  await page.goto('data:text/html,elsewhere');
  await page.goBack({ waitUntil: 'commit' });
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  expect(await page.evaluate(() => 'loadedOnce' in window), 'the browser kept the page').toBe(true);
  const [first, again] = await visitor.has(['product_view', 'product_view']);
  expect(again).toMatchObject({ product: first!.product, sessionId: first!.sessionId });
});

test('left while events are on their way, and back: each once, and two views', async ({
  page,
  visitor,
  network,
}) => {
  network.delay = 500;
  const visit = new Visit(page);
  await visit.openProduct('mn-001');
  await visit.addToCart();
  await visit.toggleWish();
  await page.goto('data:text/html,elsewhere');
  await page.goBack({ waitUntil: 'commit' });
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  visit.expected.push('product_view');
  await visit.share();
  await visitor.has(visit.expected);
});

test('half an hour without an event begins a session', async ({ page, visitor }) => {
  await page.clock.install();
  const visit = new Visit(page);
  await visit.openHome();
  await page.clock.fastForward('29:00');
  await visit.addToCart();
  await page.clock.fastForward('29:00');
  await visit.addToCart();
  await page.clock.fastForward('31:00');
  await visit.addToCart();
  const events = await visitor.has(visit.expected);
  const sessions = events
    .sort((a, b) => a.clientTimestamp.localeCompare(b.clientTimestamp))
    .map((event) => event.sessionId);
  expect(new Set(sessions.slice(0, 3)).size).toBe(1);
  expect(sessions[3]).not.toBe(sessions[0]);
  expect(events.map((event) => event.isFirstVisit)).toEqual([true, true, true, false]);
});

test('blocked storage: everything arrives all the same', async ({ page, visitor }) => {
  await page.addInitScript(() => {
    for (const area of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, area, {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    }
    Object.defineProperty(document, 'cookie', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
      set() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Laptops');
  await visit.addToCart();
  const events = await visitor.has(visit.expected);
  expect(new Set(events.map((event) => event.clientId)).size).toBe(1);
  expect(errors).toEqual([]);
});

test('offline for an hour, then online: nothing lost, times and order right', async ({
  page,
  context,
  visitor,
}) => {
  await page.clock.install({ time: Date.now() - 3_600_000 });
  const visit = new Visit(page);
  await visit.openHome();
  await visitor.has(visit.expected);
  await context.setOffline(true);
  for (let i = 0; i < 5; i++) {
    await visit.addToCart();
    await visit.toggleWish();
    await page.clock.runFor(60_000);
  }
  await page.clock.fastForward('55:00');
  await context.setOffline(false);
  const events = await visitor.has(visit.expected);

  // The server's clock has not gone on by an hour, as the page's has; so the first event is apart.
  const late = events.slice(0, -1);
  expect(late.map((event) => event.eventName)).toEqual(visit.expected.slice(1));
  const lag = late.map((event) => occurredAt(event) - Date.parse(event.clientTimestamp));
  expect(Math.max(...lag) - Math.min(...lag), 'all dates right but for the network').toBeLessThan(
    1_000,
  );
  expect(occurredAt(late[8]!) - occurredAt(late[0]!)).toBeGreaterThan(200_000);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
});

test('offline when the page is left: the next visit brings what waited', async ({
  page,
  visitor,
  network,
}) => {
  const visit = new Visit(page);
  await visit.openHome();
  await visitor.has(visit.expected);
  network.mode = 'down';
  await visit.addToCart();
  // Further apart than the times that single POSTs take may differ.
  await page.waitForTimeout(500);
  await visit.toggleWish();
  await page.waitForTimeout(300);
  await page.goto('data:text/html,elsewhere');
  network.mode = 'up';
  await visit.openProduct('mn-001');
  const events = await visitor.has(visit.expected);
  expect(events.map((event) => event.eventName)).toEqual(visit.expected);
});

test('a blocked endpoint: the shop works on, and nothing is lost once it opens', async ({
  page,
  visitor,
}) => {
  await page.route('**/clickstream', (route) => route.abort('blockedbyclient'));
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Monitors');
  await visit.goToProduct('ProArt 24');
  await visit.addToCart();
  await page.unroute('**/clickstream');
  const events = await visitor.has(visit.expected);
  expect(errors).toEqual([]);
  expect(events.every((event) => event.sentAt >= event.clientTimestamp)).toBe(true);
});

test('a server that is overloaded is given time, and then has everything once', async ({
  page,
  visitor,
  network,
}) => {
  network.mode = 503;
  const visit = new Visit(page);
  await visit.openHome();
  for (let i = 0; i < 20; i++) {
    await visit.addToCart();
  }
  await page.waitForTimeout(1_500);
  expect(network.passed.length).toBeLessThanOrEqual(4);
  network.mode = 'up';
  await visitor.has(visit.expected);
});

test('a slow network: order and views are right', async ({ page, visitor, network }) => {
  network.delay = 400;
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Accessories');
  await visit.goToProduct('USB-C Hub');
  await visit.addToCart();
  await visit.goToCart();
  await page.reload();
  visit.expected.push('page_view');
  await visitor.has(visit.expected);
});

test('consent: nothing before, everything after it, with the times of before', async ({
  page,
  context,
  visitor,
  network,
}) => {
  await page.addInitScript(() => {
    localStorage.setItem('shop.consent', localStorage.getItem('shop.consent') ?? '"pending"');
  });
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Laptops');
  await visit.addToCart();
  await page.waitForTimeout(1_200);
  expect(network.passed).toEqual([]);
  const kept = () =>
    page.evaluate(() =>
      [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(
        (key) => key.includes('clickstream'),
      ),
    );
  expect(await kept()).toEqual([]);
  const before = new Date().toISOString();
  await page.getByRole('button', { name: 'Allow' }).click();
  const events = await visitor.has(visit.expected);
  expect(events.every((event) => event.clientTimestamp < before)).toBe(true);

  // Denied in one tab, denied in all.
  const other = await context.newPage();
  await other.goto('/about');
  visit.expected.push('page_view');
  await visitor.has(visit.expected);
  await page.getByRole('button', { name: 'Don’t measure me' }).click();
  await page
    .getByRole('button', { name: /^Add to cart/ })
    .first()
    .click();
  await other.getByRole('heading', { level: 1 }).click();
  await page.waitForTimeout(500);
  expect(await kept()).toEqual([]);
  await visitor.has(visit.expected);

  await page.getByRole('button', { name: 'Allow' }).click();
  await visit.addToCart();
  const all = await visitor.has(visit.expected);
  expect(new Set(all.map((event) => event.clientId)).size).toBe(2);
});

test('Global Privacy Control is respected, as the shop asked', async ({ page, network }) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  );
  await new Visit(page).openHome();
  await page.waitForTimeout(1_200);
  expect(network.passed).toEqual([]);
});
