import * as events from '@clickstream/tracker';
import type { EventSink, ProductSource } from '@clickstream/tracker';
import { sellingPrice, urlPathOf, type Category, type Product } from './catalogue';
import { IDENTITY_SOURCE, tracker } from './clickstreamClient';

/** A product in the cart, with its number of pieces. */
export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
}

const CURRENCY = 'VND';

/** Maps a product to the tracker's form: the discounted price is an amount, not a percentage. */
function source(product: Product): ProductSource {
  const { id, name, category, brand, price } = product;
  return {
    id,
    name,
    category,
    brand,
    price,
    discountPrice: sellingPrice(product),
    urlPath: urlPathOf(product),
  };
}

// useView calls these three with a sink that sends one view per navigation.

export const homeView = events.homeView;

export function categoryView(sink: EventSink, { slug, name }: Category): void {
  events.categoryView(sink, { slug, name });
}

export function productView(sink: EventSink, product: Product): void {
  events.productView(sink, source(product));
}

export function addToCartClick(product: Product, quantity = 1): void {
  events.addToCartClick(tracker, source(product), quantity);
}

export function removeFromCartClick(product: Product, quantity = 1): void {
  events.removeFromCartClick(tracker, source(product), quantity);
}

export function wishlistToggle(product: Product, wishlisted: boolean): void {
  events.wishlistToggle(tracker, source(product), wishlisted);
}

export function shareClick(product: Product, channel: string): void {
  events.shareClick(tracker, source(product), channel);
}

export function loginOpen(): void {
  events.loginOpen(tracker, 'password');
}

export function loginSuccess(userId: string): void {
  events.loginSuccess(tracker, {
    id: userId,
    identitySource: IDENTITY_SOURCE,
    method: 'password',
  });
}

export function logout(): void {
  events.logout(tracker);
}

export function checkoutStart(lines: readonly CartLine[], value: number): void {
  const itemCount = lines.reduce((sum, line) => sum + line.quantity, 0);
  events.checkoutStart(tracker, { itemCount, value, currency: CURRENCY });
}

export function checkoutComplete(orderId: string, value: number, lines: readonly CartLine[]): void {
  events.checkoutComplete(tracker, {
    id: orderId,
    value,
    currency: CURRENCY,
    lines: lines.map(({ product, quantity }) => ({ product: source(product), quantity })),
  });
}
