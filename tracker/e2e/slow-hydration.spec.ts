import { expect, test } from './fixtures.js';
import { slowHydration } from './slow-hydration.js';
import { Visit } from './visit.js';

test('slow hydration: a quick visitor has one view for each navigation', async ({
  page,
  visitor,
}) => {
  await slowHydration(page, 300);
  const visit = new Visit(page);
  await visit.buyEverythingThereIs();
  await visitor.has(visit.expected);
});

test('slow hydration of a page that the server renders for each request', async ({
  page,
  visitor,
}) => {
  await slowHydration(page, 300);
  const visit = new Visit(page);
  await visit.open('/search?q=27');
  visit.expected.push('page_view');
  await visit.logIn('an');
  await visit.goToCategory('Laptops');
  const events = await visitor.has(visit.expected);
  const views = events.filter((event) => event.eventName.endsWith('_view'));
  expect(views.map((event) => new URL(event.pageUrl).pathname)).toEqual([
    '/search',
    '/login',
    '/',
    '/category/laptops',
  ]);
});
