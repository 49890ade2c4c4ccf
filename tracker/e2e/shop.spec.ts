import { expect, test } from './fixtures.js';
import { occurredAt } from './raw-events.js';
import { Visit } from './visit.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a purchase sends each event of the shop once, in order, in the documented form', async ({
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

  // Events carry the user from login to logout, both included.
  const loggedIn = events.filter((event) => event.userId === 'u-an').map((e) => e.eventName);
  expect(loggedIn[0]).toBe('login_success');
  expect(loggedIn.at(-1)).toBe('logout');
  expect(loggedIn).toHaveLength(visit.expected.length - visit.expected.indexOf('login_success'));
  expect(JSON.stringify(events)).not.toContain('correct horse');

  const clicked = of('click').map((event) => event.element!.text);
  expect(clicked).toContain('By card');
  expect(clicked).not.toContain('u-an');
});

test('each route change has one view, with the previous page as referrer', async ({
  page,
  visitor,
  baseURL,
}) => {
  const visit = new Visit(page);
  await visit.openHome();
  await visit.goToCategory('Monitors');
  await visit.goToCategory('Laptops');
  await visit.goToCart();
  await visit.goBackToCategory('Laptops');
  await visit.goBackToCategory('Monitors');
  await visit.goForwardToCategory('Laptops');
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

test('each loaded page has one view, also when the page does not exist', async ({
  page,
  visitor,
}) => {
  const paths = ['/', '/category/monitors', '/product/ac-003', '/cart', '/about', '/no-such-page'];
  const visit = new Visit(page);
  for (const path of [...paths, '/product/no-such-product']) {
    await visit.open(path);
  }
  await page.reload();
  await visitor.has([
    'home_view',
    'category_view',
    'product_view',
    ...Array<string>(5).fill('page_view'),
  ]);
});

test('prefetched pages have no view', async ({ page, visitor }) => {
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

test('two tabs share a client id, have a session each and lose no event', async ({
  context,
  visitor,
}) => {
  const tabs = await Promise.all([context.newPage(), context.newPage()]);
  const visits = tabs.map((tab) => new Visit(tab));
  // One after the other: browsers propagate local storage to other tabs with a delay.
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

test('a click that leaves the page arrives', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openHome();
  await page.getByRole('link', { name: 'About this shop' }).click();
  await page.waitForURL('**/about');
  await visitor.has([...visit.expected, 'click', 'page_view']);
});

test('a tab that is closed sends its view and its click', async ({ page, visitor, context }) => {
  await context.newPage();
  await new Visit(page).open('/cart');
  await page.getByRole('heading', { name: 'Your cart' }).click();
  await page.close({ runBeforeUnload: true });
  await visitor.has(['page_view', 'click']);
});

test('a page restored from the back/forward cache has another view', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openProduct('mn-001');
  await visitor.has(visit.expected);
  await page.evaluate(() => Object.assign(window, { loadedOnce: true }));
  await page.goto('data:text/html,elsewhere');
  await page.goBack({ waitUntil: 'commit' });
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  expect(await page.evaluate(() => 'loadedOnce' in window), 'the browser has cached the page').toBe(
    true,
  );
  const [first, again] = await visitor.has(['product_view', 'product_view']);
  expect(again).toMatchObject({ product: first!.product, sessionId: first!.sessionId });
});

test('a page that is left during requests and restored sends each event once, and two views', async ({
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
  await visit.hydrated();
  visit.expected.push('product_view');
  await visit.share();
  await visitor.has(visit.expected);
});

test('a session ends after 30 minutes without an event', async ({ page, visitor }) => {
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
  const sessions = events.map((event) => event.sessionId);
  expect(new Set(sessions.slice(0, 3)).size).toBe(1);
  expect(sessions[3]).not.toBe(sessions[0]);
  expect(events.map((event) => event.isFirstVisit)).toEqual([true, true, true, false]);
});

test('all events arrive when storage is blocked', async ({ page, visitor }) => {
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

test('events of an hour offline arrive with their own times and in order', async ({
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

  // The page's clock has advanced by an hour since the first event, the server's has not.
  const late = events.slice(1);
  expect(late.map((event) => event.eventName)).toEqual(visit.expected.slice(1));
  const lag = late.map((event) => occurredAt(event) - Date.parse(event.clientTimestamp));
  // The rest is the time that the requests took.
  expect(Math.max(...lag) - Math.min(...lag), 'spread of the lag').toBeLessThan(30_000);
  expect(occurredAt(late[8]!) - occurredAt(late[0]!)).toBeGreaterThan(200_000);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
});

test('events of a page that is left offline arrive with the next visit', async ({
  page,
  visitor,
  network,
}) => {
  const visit = new Visit(page);
  await visit.openHome();
  await visitor.has(visit.expected);
  network.mode = 'down';
  await visit.addToCart();
  await visit.toggleWish();
  await page.goto('data:text/html,elsewhere');
  network.mode = 'up';
  await visit.openProduct('mn-001');
  const events = await visitor.has(visit.expected);
  expect(events.map((event) => event.eventName)).toEqual(visit.expected);
});

test('the shop works while the endpoint is blocked, and its events arrive afterwards', async ({
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

test('an overloaded server receives few retries, and each event once when it recovers', async ({
  page,
  visitor,
  network,
}) => {
  network.mode = 503;
  const start = Date.now();
  const visit = new Visit(page);
  await visit.openHome();
  for (let i = 0; i < 20; i++) {
    await visit.addToCart();
  }
  await page.waitForTimeout(1_500);
  // The first request, the one at pageshow, and retries whose pauses double from 500 ms.
  const retries = Math.log2((Date.now() - start) / 500 + 1);
  expect(network.passed.length).toBeLessThanOrEqual(2 + retries);
  network.mode = 'up';
  await visitor.has(visit.expected);
});

test('a slow network changes neither views nor their number', async ({
  page,
  visitor,
  network,
}) => {
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

test('nothing is sent before consent; then all events are sent with their own times', async ({
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

  // A denial in one tab holds in all tabs.
  const other = await context.newPage();
  await other.goto('/about');
  visit.expected.push('page_view');
  await visitor.has(visit.expected);
  await other.evaluate(() => {
    addEventListener('storage', ({ key, newValue }) => {
      if (key === 'clickstream.client' && !newValue) {
        document.body.dataset.denied = 'yes';
      }
    });
  });
  await page.getByRole('button', { name: 'Don’t measure me' }).click();
  await other.locator('body[data-denied]').waitFor();
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

test('Global Privacy Control denies consent when the shop asks for that', async ({
  page,
  network,
}) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  );
  await new Visit(page).openHome();
  await page.waitForTimeout(1_200);
  expect(network.passed).toEqual([]);
});

// The last one: from here on, each listing of the bucket has a thousand objects more.
test('1,000 clicks in a row arrive once each and do not block the page', async ({
  page,
  visitor,
  network,
}) => {
  test.setTimeout(600_000);
  await new Visit(page).openHome();
  const took = await page.evaluate(() => {
    const title = document.querySelector<HTMLElement>('h2')!;
    const start = performance.now();
    for (let i = 0; i < 1_000; i++) {
      title.click();
    }
    return performance.now() - start;
  });
  // Listing S3 meanwhile would slow the server down.
  const within = { timeout: 400_000, intervals: [500] };
  await expect.poll(() => network.passed.length, within).toBe(1_001);
  await visitor.arrived(1_001);
  expect(network.passed).toHaveLength(1_001);
  // 0.3 ms each on a quiet machine.
  expect(took / 1_000, 'milliseconds per click').toBeLessThan(30);
});
