import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, test as base } from './fixtures.js';
import { occurredAt } from './raw-events.js';

/** Returns the URL of the plain example pages; the script tag gets a test's attributes. */
const test = base.extend<{ site: (attributes?: string) => Promise<string> }>({
  site: async ({}, use) => {
    let more = '';
    const root = path.resolve(import.meta.dirname, '..');
    const server = createServer((request, response) => {
      const name = path.basename(new URL(request.url!, 'http://x').pathname);
      if (name === 'clickstream.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(readFileSync(path.join(root, 'dist', name)));
      } else if (name.endsWith('.html')) {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(
          readFileSync(path.join(root, 'examples/plain', name), 'utf8').replace(
            /data-endpoint="[^"]*"/,
            `data-endpoint="http://127.0.0.1:${process.env.E2E_PROXY_PORT}/clickstream" ${more}`,
          ),
        );
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use(async (attributes = '') => {
      more = attributes;
      return `http://127.0.0.1:${(server.address() as { port: number }).port}/index.html`;
    });
    server.closeAllConnections();
    server.close();
  },
});

test('a page without a framework sends its own view, clicks, calls and the next page', async ({
  page,
  visitor,
  site,
}) => {
  await page.goto(await site());
  await page.locator('#buy').click();
  await page.locator('circle').click();
  await page.getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Another page' })).toBeVisible();
  const events = await visitor.has([
    'product_view',
    'add_to_cart_click',
    'click',
    'click',
    'page_view',
  ]);
  const help = events.find((event) => event.element?.id === 'help')!;
  expect(help.element).toMatchObject({ tag: 'BUTTON', text: 'Help' });
  const other = events.find((event) => event.eventName === 'page_view')!;
  expect(other.referrer).toMatch(/index\.html$/);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
});

test('batches send the same events with their own times in fewer requests', async ({
  page,
  visitor,
  network,
  site,
}) => {
  await page.goto(await site('data-batch-size="10" data-flush-interval-ms="1000"'));
  for (let i = 0; i < 25; i++) {
    await page.locator('#buy').click();
  }
  const events = await visitor.has([
    'product_view',
    ...Array<string>(25).fill('add_to_cart_click'),
  ]);
  expect(network.passed.some(({ body }) => body.startsWith('['))).toBe(true);
  const lag = events.map((event) => occurredAt(event) - Date.parse(event.clientTimestamp));
  // The rest is the time that the requests took.
  expect(Math.max(...lag) - Math.min(...lag), 'spread of the lag').toBeLessThan(30_000);
});

test('the last request of a page arrives, and the next page repeats its events', async ({
  page,
  visitor,
  network,
  site,
}) => {
  await page.goto(await site('data-batch-size="10" data-flush-interval-ms="60000"'));
  // Events that exist at the start are sent at once.
  await visitor.has(['product_view']);
  await page.locator('#buy').click();
  await page.goto('data:text/html,elsewhere');
  await visitor.has(['product_view', 'add_to_cart_click']);
  expect(network.passed.some(({ contentType }) => contentType.startsWith('text/plain'))).toBe(true);

  await page.goto((await site()).replace('index', 'other'));
  await visitor.has(['product_view', 'add_to_cart_click', 'page_view']);
  const bought = network.passed.filter(({ body }) => body.includes('add_to_cart_click'));
  expect(bought.length).toBeGreaterThan(1);
});

test('ids and delivery work outside a secure context', async ({ page, visitor, site }) => {
  // These two exist only in secure contexts.
  await page.addInitScript(() => {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined });
    Object.defineProperty(navigator, 'locks', { value: undefined });
  });
  await page.goto(await site());
  await page.locator('#help').click();
  await visitor.has(['product_view', 'click']);
});
