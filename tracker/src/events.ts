import type { Payload, Product, Tracker } from './types.js';

/** What the helpers need of a tracker. */
export type EventSink = Pick<Tracker, 'trackCustom'>;

type Named = string | { readonly name?: string | null; readonly title?: string | null };
type Amount = number | string | bigint | { toString(): string };

/** A product as shops have it: brand and category as text or as the record that a query joined. */
export interface ProductSource {
  /** The product's own id, never its category's. */
  readonly id?: string | number | bigint | null;
  readonly name?: string | null;
  readonly category?: Named | readonly Named[] | null;
  readonly brandName?: string | null;
  readonly brand?: Named | null;
  readonly brandId?: Named | null;
  readonly price?: Amount | null;
  /** What the customer pays for one; an amount, never a percentage. */
  readonly discountPrice?: Amount | null;
  readonly urlPath?: string | null;
}

export interface OrderLine {
  readonly product: ProductSource;
  readonly quantity: number;
}

export interface OrderSource {
  readonly id: string;
  /** What the customer pays, delivery included. */
  readonly value: Amount;
  /** ISO 4217, such as `VND`. */
  readonly currency: string;
  readonly lines: readonly OrderLine[];
}

export interface CartSource {
  readonly id?: string;
  /** Number of pieces. */
  readonly itemCount: number;
  readonly value: Amount;
  readonly currency: string;
}

function nameOf(named: Named | null | undefined): string | undefined {
  return (typeof named === 'string' ? named : (named?.name ?? named?.title)) || undefined;
}

/** Undefined for what is no amount, such as "on request" or "15 %". */
function amount(value: Amount | null | undefined): number | undefined {
  const number = Number(String(value ?? '').trim() || NaN);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * The product as events carry it. A discount price that isn't below the price is none, and is left
 * out.
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

/** A shop must not break on what it passes: what can't be read is left out, and the event is told. */
function tell(tracker: EventSink, eventName: string, read: () => Payload): void {
  let payload: Payload | undefined;
  try {
    payload = read();
  } catch (error) {
    console.error('clickstream:', error);
  }
  tracker.trackCustom(eventName, payload);
}

export function homeView(tracker: EventSink): void {
  tracker.trackCustom('home_view');
}

export function categoryView(
  tracker: EventSink,
  category: { readonly slug: string; readonly name?: string },
): void {
  tracker.trackCustom('category_view', { category });
}

export function productView(tracker: EventSink, product: ProductSource): void {
  trackProduct(tracker, 'product_view', product);
}

export function addToCartClick(tracker: EventSink, product: ProductSource, quantity = 1): void {
  trackProduct(tracker, 'add_to_cart_click', product, { quantity });
}

export function removeFromCartClick(
  tracker: EventSink,
  product: ProductSource,
  quantity = 1,
): void {
  trackProduct(tracker, 'remove_from_cart_click', product, { quantity });
}

/** @param wishlisted whether the product is on the list now */
export function wishlistToggle(
  tracker: EventSink,
  product: ProductSource,
  wishlisted: boolean,
): void {
  trackProduct(tracker, 'wishlist_toggle', product, { wishlisted });
}

/** @param shareChannel such as `zalo`, `facebook`, `copy_link` */
export function shareClick(tracker: EventSink, product: ProductSource, shareChannel: string): void {
  trackProduct(tracker, 'share_click', product, { shareChannel });
}

/** @param method such as `password`, `google` */
export function loginOpen(tracker: EventSink, method?: string): void {
  tracker.trackCustom('login_open', { method });
}

/**
 * The event and those that follow are the user's.
 *
 * @param identitySource who vouches for the id, such as `cognito`
 */
export function loginSuccess(
  tracker: EventSink & Pick<Tracker, 'setUser'>,
  user: { readonly id: string; readonly identitySource?: string; readonly method?: string },
): void {
  tell(tracker, 'login_success', () => {
    tracker.setUser(user.id, user.identitySource);
    return { method: user.method };
  });
}

/** The last event of the user; those that follow are a guest's. */
export function logout(tracker: EventSink & Pick<Tracker, 'setUser'>): void {
  tracker.trackCustom('logout');
  tracker.setUser(null);
}

export function checkoutStart(tracker: EventSink, cart: CartSource): void {
  tell(tracker, 'checkout_start', () => {
    const { id, itemCount, value, currency } = cart;
    return { cart: { id, itemCount, value: amount(value), currency } };
  });
}

/** Once an order is placed; the warehouse counts an order id once. */
export function checkoutComplete(tracker: EventSink, order: OrderSource): void {
  tell(tracker, 'checkout_complete', () => {
    const { id, value, currency, lines } = order;
    return { order: { id, value: amount(value), currency, items: lines.map(orderItem) } };
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
  tell(tracker, eventName, () => ({ product: productContext(product), ...more }));
}
