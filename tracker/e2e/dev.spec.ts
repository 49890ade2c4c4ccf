import path from 'node:path';
import { expect, test as base } from './fixtures.js';
import { freePort, start } from './platform.js';
import { slowHydration } from './slow-hydration.js';
import { Visit } from './visit.js';

const HOME = path.resolve(import.meta.dirname, '..');

/** The shop in development: React's StrictMode runs each effect twice. */
const test = base.extend<object, { dev: string }>({
  dev: [
    async ({ workerProxy: _ }, use) => {
      const port = await freePort();
      const [shop] = await start(
        process.execPath,
        [
          path.join(HOME, 'node_modules/next/dist/bin/next'),
          'dev',
          '--hostname',
          '127.0.0.1',
          '--port',
          String(port),
        ],
        {
          cwd: path.join(HOME, 'examples/shop'),
          env: {
            ...process.env,
            NODE_ENV: 'development',
            NEXT_TELEMETRY_DISABLED: '1',
            NEXT_PUBLIC_CLICKSTREAM_ENDPOINT: `http://127.0.0.1:${process.env.E2E_PROXY_PORT}/clickstream`,
          },
        },
        [/Ready in/],
      );
      await use(`http://127.0.0.1:${port}`);
      await shop.stop();
    },
    { scope: 'worker', timeout: 360_000 },
  ],
  baseURL: async ({ dev }, use) => use(dev),
});

test('StrictMode: a purchase has each event once, each navigation one view', async ({
  page,
  visitor,
}) => {
  // The development server compiles a page at its first request, which takes seconds.
  for (const address of [
    '/',
    '/login',
    '/category/laptops',
    '/product/lt-001',
    '/cart',
    '/checkout',
    '/checkout/done',
  ]) {
    await page.request.get(address, { timeout: 180_000 });
  }
  const visit = new Visit(page);
  await visit.buyEverythingThereIs();
  const events = await visitor.has(visit.expected);
  const views = events.filter((event) => event.eventName.endsWith('_view'));
  expect(views.slice(1).map((event) => event.referrer)).toEqual(
    views.slice(0, -1).map((event) => event.pageUrl),
  );
});

test('StrictMode, slow hydration: a quick visitor has one view for each navigation', async ({
  page,
  visitor,
}) => {
  await slowHydration(page, 300);
  const visit = new Visit(page);
  await visit.buyEverythingThereIs();
  await visitor.has(visit.expected);
});

test('StrictMode, Pages Router: each navigation has one view', async ({ page, visitor }) => {
  for (const address of ['/outlet', '/outlet/ac-001']) {
    await page.request.get(address, { timeout: 180_000 });
  }
  const visit = new Visit(page);
  await visit.openOutlet();
  await visit.goToOutletProduct('MX Master 3S');
  await visit.goToOutlet();
  await page.reload();
  visit.expected.push('category_view');
  await visitor.has(visit.expected);
});

test('StrictMode: loaded directly, reloaded, and back', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openProduct('lt-001');
  await visit.goToCategory('Laptops');
  await page.reload();
  visit.expected.push('category_view');
  await visitor.has(visit.expected);
  await page.goBack();
  visit.expected.push('product_view');
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  await visit.goToCart();
  await visitor.has(visit.expected);
});
