import { expect, test } from './fixtures.js';
import { slowHydration } from './slow-hydration.js';
import { Visit } from './visit.js';

test('Pages Router: each navigation has one view, with its own title and referrer', async ({
  page,
  visitor,
  baseURL,
}) => {
  const visit = new Visit(page);
  await visit.openOutlet();
  await visit.goToOutletProduct('MX Master 3S');
  await visit.addToCart();
  await visit.goToOutlet();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'MX Master 3S' })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: 'Outlet' })).toBeVisible();
  visit.expected.push('product_view', 'category_view');
  const events = await visitor.has(visit.expected);

  const views = events.filter((event) => event.eventName.endsWith('_view'));
  const list = ['/outlet', 'Outlet · Bits & Screens'];
  const product = ['/outlet/ac-001', 'MX Master 3S · Outlet'];
  expect(views.map((event) => [event.pageUrl.replace(baseURL!, ''), event.pageTitle])).toEqual([
    list,
    product,
    list,
    product,
    list,
  ]);
  expect(views.slice(1).map((event) => event.referrer)).toEqual(
    views.slice(0, -1).map((event) => event.pageUrl),
  );
  expect(views[1]!.product).toMatchObject({ id: 'ac-001' });
  expect(events.map((event) => event.clientTimestamp)).toEqual(
    events.map((event) => event.clientTimestamp).sort(),
  );
});

test('Pages Router: a changed query is a navigation, a filter that is typed is none', async ({
  page,
  visitor,
  baseURL,
}) => {
  const visit = new Visit(page);
  await visit.openOutlet();
  await page.getByLabel('Brand').pressSequentially('sams', { delay: 30 });
  await expect(page).toHaveURL(/brand=sams$/);
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('link', { name: 'Cheapest first' }).click();
  await expect(page).toHaveURL(/sort=price/);
  visit.expected.push('click', 'category_view');
  const events = await visitor.has(visit.expected);
  const views = events.filter((event) => event.eventName.endsWith('_view'));
  expect(views.map((event) => event.pageUrl.replace(baseURL!, ''))).toEqual([
    '/outlet',
    '/outlet?brand=sams&sort=price',
  ]);
});

test('Pages Router: between both routers, each page has one view', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openOutlet();
  await visit.goToCategory('Laptops');
  await visit.hydrated();
  await page.goBack({ waitUntil: 'commit' });
  await visit.hydrated();
  await expect(page.getByRole('heading', { level: 1, name: 'Outlet' })).toBeVisible();
  visit.expected.push('category_view');
  const events = await visitor.has(visit.expected);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
});

test('Pages Router, slow hydration: a quick visitor has one view for each navigation', async ({
  page,
  visitor,
}) => {
  await slowHydration(page, 300);
  const visit = new Visit(page);
  await visit.openOutlet();
  await visit.goToOutletProduct('TUF Gaming F16');
  await visit.goToOutlet();
  await visit.goToOutletProduct('ViewFinity 32');
  await visitor.has(visit.expected);
});

test('Pages Router: a page that is left at once has its view', async ({ page, visitor }) => {
  const visit = new Visit(page);
  await visit.openOutlet();
  await page.getByRole('link', { name: 'TUF Gaming F16' }).click();
  await page.waitForURL('**/outlet/lt-001');
  await page.goto('data:text/html,elsewhere');
  await page.goto('/about');
  visit.expected.push('click', 'product_view', 'page_view');
  await visitor.has(visit.expected);
});
