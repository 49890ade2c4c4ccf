import { attempt } from './storage.js';
import type { Payload, Product, Tracker } from './types.js';

/** The part of a tracker that the helpers use. */
export type EventSink = Pick<Tracker, 'trackCustom'>;

type Named = string | { readonly name?: string | null; readonly title?: string | null };
type Amount = number | string | bigint | { toString(): string };

/** A product as shops store it: brand and category as text, or as a joined record. */
export interface ProductSource {
  /** The product's id. */
  readonly id?: string | number | bigint | null;
  readonly name?: string | null;
  readonly category?: Named | readonly Named[] | null;
  readonly brandName?: string | null;
  readonly brand?: Named | null;
  readonly brandId?: Named | null;
  readonly price?: Amount | null;
  /** The price that the customer pays: an amount, not a percentage. */
  readonly discountPrice?: Amount | null;
  readonly urlPath?: string | null;
}

/** A product of an order. */
export interface OrderLine {
  readonly product: ProductSource;
  /** The number of pieces. */
  readonly quantity: number;
}

/** An order as shops store it. */
export interface OrderSource {
  /** The order's id; the warehouse counts each id once. */
  readonly id: string;
  /** The amount that the customer pays, with delivery. */
  readonly value: Amount;
  /** The ISO 4217 code, such as `VND`. */
  readonly currency: string;
  /** The products; an order whose lines are not known has none. */
  readonly lines?: readonly (OrderLine | null | undefined)[] | null;
}

/** A cart as shops store it. */
export interface CartSource {
  readonly id?: string;
  /** The number of pieces. */
  readonly itemCount: number;
  /** The amount that the customer would pay. */
  readonly value: Amount;
  /** The ISO 4217 code, such as `VND`. */
  readonly currency: string;
}

function nameOf(named: Named | null | undefined): string | undefined {
  return (typeof named === 'string' ? named : (named?.name ?? named?.title)) || undefined;
}

/** A text such as "12.990", which may be a decimal or a thousand, depending on the language. */
const AMBIGUOUS = /^[^.,]*[.,]\d{3}$/;

/** Returns undefined for a value that is not an amount, such as "on request", "15 %" or "12.990". */
function amount(value: Amount | null | undefined): number | undefined {
  const text = attempt(() => String(value ?? '').trim());
  const isAmbiguous = typeof value === 'string' && AMBIGUOUS.test(text!);
  const number = isAmbiguous ? NaN : Number(text || NaN);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * Returns the product in the form that events carry. A discount price that is not below the price is
 * left out.
 */
export function productContext(product: ProductSource | null | undefined): Product {
  const source = product ?? {};
  const { id, category } = source;
  const price = amount(source.price);
  const discountPrice = amount(source.discountPrice);
  return {
    id: id == null ? undefined : String(id),
    name: source.name ?? undefined,
    category: nameOf(Array.isArray(category) ? category[0] : (category as Named)),
    brand: source.brandName || nameOf(source.brand) || nameOf(source.brandId),
    price,
    discountPrice: discountPrice && price && discountPrice < price ? discountPrice : undefined,
    urlPath: source.urlPath ?? undefined,
  };
}

/** Sends an event. A payload that cannot be read is left out, so that the shop does not break. */
function send(tracker: EventSink, eventName: string, read: () => Payload): void {
  let payload: Payload | undefined;
  try {
    payload = read();
  } catch (error) {
    console.error('clickstream:', error);
  }
  tracker.trackCustom(eventName, payload);
}

/** Sends `home_view`: the home page is shown. */
export function homeView(tracker: EventSink): void {
  tracker.trackCustom('home_view');
}

/** Sends `category_view`: the products of a category are shown. */
export function categoryView(
  tracker: EventSink,
  category: { readonly slug: string; readonly name?: string },
): void {
  tracker.trackCustom('category_view', { category });
}

/** Sends `product_view`: a product's page is shown. */
export function productView(tracker: EventSink, product: ProductSource): void {
  trackProduct(tracker, 'product_view', product);
}

/** Sends `add_to_cart_click`, with the number of pieces added. */
export function addToCartClick(tracker: EventSink, product: ProductSource, quantity = 1): void {
  trackProduct(tracker, 'add_to_cart_click', product, { quantity });
}

/** Sends `remove_from_cart_click`, with the number of pieces removed. */
export function removeFromCartClick(
  tracker: EventSink,
  product: ProductSource,
  quantity = 1,
): void {
  trackProduct(tracker, 'remove_from_cart_click', product, { quantity });
}

/**
 * Sends `wishlist_toggle`.
 *
 * @param wishlisted whether the product is on the wish list afterwards
 */
export function wishlistToggle(
  tracker: EventSink,
  product: ProductSource,
  wishlisted: boolean,
): void {
  trackProduct(tracker, 'wishlist_toggle', product, { wishlisted });
}

/**
 * Sends `share_click`.
 *
 * @param shareChannel such as `zalo`, `facebook`, `copy_link`
 */
export function shareClick(tracker: EventSink, product: ProductSource, shareChannel: string): void {
  trackProduct(tracker, 'share_click', product, { shareChannel });
}

/**
 * Sends `login_open`: the login form is shown.
 *
 * @param method such as `password`, `google`
 */
export function loginOpen(tracker: EventSink, method?: string): void {
  tracker.trackCustom('login_open', { method });
}

/**
 * Sends `login_success`. This event and later ones carry the user.
 *
 * @param user the user's id, the service that issued it (`identitySource`, such as `cognito`), and the
 *   login method
 */
export function loginSuccess(
  tracker: EventSink & Pick<Tracker, 'setUser'>,
  user: { readonly id: string; readonly identitySource?: string; readonly method?: string },
): void {
  send(tracker, 'login_success', () => {
    tracker.setUser(user.id, user.identitySource);
    return { method: user.method };
  });
}

/** Sends `logout`, the last event that carries the user. */
export function logout(tracker: EventSink & Pick<Tracker, 'setUser'>): void {
  tracker.trackCustom('logout');
  tracker.setUser(null);
}

/** Sends `checkout_start`: the visitor begins to pay. */
export function checkoutStart(tracker: EventSink, cart: CartSource): void {
  send(tracker, 'checkout_start', () => {
    const { id, itemCount, value, currency } = cart;
    return { cart: { id, itemCount, value: amount(value), currency } };
  });
}

/** Sends `checkout_complete`: an order is placed. The warehouse counts each order id once. */
export function checkoutComplete(tracker: EventSink, order: OrderSource): void {
  send(tracker, 'checkout_complete', () => {
    const { id, value, currency, lines } = order;
    return { order: { id, value: amount(value), currency, items: attempt(() => items(lines)) } };
  });
}

/** Returns the lines that can be read. */
function items(lines: OrderSource['lines']) {
  return lines?.flatMap((line) => {
    const item = attempt(() => line && orderItem(line));
    return item ? [item] : [];
  });
}

function orderItem({ product, quantity }: OrderLine) {
  const { id, name, category, brand, price, discountPrice } = productContext(product);
  return { productId: id, name, category, brand, quantity, price, discountPrice };
}

function trackProduct(
  tracker: EventSink,
  eventName: string,
  product: ProductSource,
  more?: Payload,
): void {
  send(tracker, eventName, () => ({ product: productContext(product), ...more }));
}
