import path from 'node:path';
import { test } from './fixtures.js';
import { Visit } from './visit.js';

const IMAGES = path.resolve(import.meta.dirname, '../../docs/images');

test('screenshots of the shop', async ({ page, network: _ }) => {
  await page.setViewportSize({ width: 1200, height: 800 });
  const take = (name: string) => page.screenshot({ path: path.join(IMAGES, `shop-${name}.png`) });
  const visit = new Visit(page);
  await visit.openHome();
  await take('home');
  await visit.goToCategory('Laptops');
  await take('category');
  await visit.goToProduct('TUF Gaming F16');
  await visit.toggleWish();
  await visit.addToCart();
  await take('product');
  await visit.goToCart();
  await take('cart');
  await visit.goToCheckout();
  await take('checkout');
  await page.evaluate(() => localStorage.setItem('shop.consent', '"pending"'));
  await page.setViewportSize({ width: 420, height: 800 });
  await page.goto('/');
  await take('consent-mobile');
});
