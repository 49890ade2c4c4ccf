import { expect, describe, it, vi } from 'vitest';
import * as events from '../src/events.js';
import type { Payload } from '../src/types.js';

/** Notes what the helpers tell it. */
class Recorder {
  readonly told: [string, Payload | undefined][] = [];
  readonly trackCustom = (name: string, payload?: Payload) =>
    void this.told.push([name, payload && JSON.parse(JSON.stringify(payload))]);
  readonly setUser = (id: string | null, source?: string) =>
    void this.told.push(['(user)', { id, source }]);
}

const PHONE = {
  id: 7,
  name: 'Phone',
  category: 'Phones',
  brand: 'Acme',
  price: 100,
  discountPrice: 90,
  urlPath: '/p/phone',
};
const PRODUCT = { ...PHONE, id: '7' };

describe('the helpers', () => {
  it('send all twelve events in the documented form', () => {
    const recorder = new Recorder();
    events.homeView(recorder);
    events.categoryView(recorder, { slug: 'phones', name: 'Phones' });
    events.productView(recorder, PHONE);
    events.addToCartClick(recorder, PHONE, 2);
    events.removeFromCartClick(recorder, PHONE);
    events.wishlistToggle(recorder, PHONE, true);
    events.shareClick(recorder, PHONE, 'zalo');
    events.loginOpen(recorder, 'password');
    events.loginSuccess(recorder, { id: 'u-1', identitySource: 'cognito', method: 'password' });
    events.logout(recorder);
    events.checkoutStart(recorder, { id: 'c-1', itemCount: 3, value: 290, currency: 'VND' });
    events.checkoutComplete(recorder, {
      id: 'o-1',
      value: '290',
      currency: 'VND',
      lines: [{ product: PHONE, quantity: 3 }],
    });
    const { urlPath: _, id: productId, ...line } = PRODUCT;
    expect(recorder.told).toEqual([
      ['home_view', undefined],
      ['category_view', { category: { slug: 'phones', name: 'Phones' } }],
      ['product_view', { product: PRODUCT }],
      ['add_to_cart_click', { product: PRODUCT, quantity: 2 }],
      ['remove_from_cart_click', { product: PRODUCT, quantity: 1 }],
      ['wishlist_toggle', { product: PRODUCT, wishlisted: true }],
      ['share_click', { product: PRODUCT, shareChannel: 'zalo' }],
      ['login_open', { method: 'password' }],
      ['(user)', { id: 'u-1', source: 'cognito' }],
      ['login_success', { method: 'password' }],
      ['logout', undefined],
      ['(user)', { id: null, source: undefined }],
      ['checkout_start', { cart: { id: 'c-1', itemCount: 3, value: 290, currency: 'VND' } }],
      [
        'checkout_complete',
        {
          order: {
            id: 'o-1',
            value: 290,
            currency: 'VND',
            items: [{ productId, ...line, quantity: 3 }],
          },
        },
      ],
    ]);
  });
});

describe('an invalid argument of a shop', () => {
  /** Each access throws. */
  const BROKEN = new Proxy({} as Record<string, never>, {
    get() {
      throw new Error('broken');
    },
  });

  it('does not break the shop and does not drop the event', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const wrong of [undefined, null, 7, 'text', BROKEN] as never[]) {
      const recorder = new Recorder();
      events.productView(recorder, wrong);
      events.addToCartClick(recorder, wrong);
      events.removeFromCartClick(recorder, wrong);
      events.wishlistToggle(recorder, wrong, true);
      events.shareClick(recorder, wrong, 'zalo');
      events.loginSuccess(recorder, wrong);
      events.checkoutStart(recorder, wrong);
      events.checkoutComplete(recorder, wrong);
      expect(recorder.told.map(([name]) => name).filter((name) => name !== '(user)')).toEqual([
        'product_view',
        'add_to_cart_click',
        'remove_from_cart_click',
        'wishlist_toggle',
        'share_click',
        'login_success',
        'checkout_start',
        'checkout_complete',
      ]);
    }
    vi.restoreAllMocks();
  });

  it('leaves out missing members and keeps the rest', () => {
    const recorder = new Recorder();
    events.addToCartClick(recorder, undefined as never, 2);
    events.checkoutComplete(recorder, {
      id: 'o-1',
      value: 290,
      currency: 'VND',
      lines: [{ product: undefined as never, quantity: 3 }],
    });
    expect(recorder.told).toEqual([
      ['add_to_cart_click', { product: {}, quantity: 2 }],
      [
        'checkout_complete',
        { order: { id: 'o-1', value: 290, currency: 'VND', items: [{ quantity: 3 }] } },
      ],
    ]);
  });
});

describe('a product', () => {
  it.each([
    [{ brandName: 'A', brand: 'B' }, 'A'],
    [{ brand: { name: 'A', title: 'B' } }, 'A'],
    [{ brand: { title: 'A' } }, 'A'],
    [{ brand: 'A' }, 'A'],
    [{ brandId: { name: 'A' } }, 'A'],
    [{ brand: null }, undefined],
    [{}, undefined],
  ])('of brand %o has %s', (source, brand) => {
    expect(events.productContext(source).brand).toBe(brand);
  });

  it.each([
    [{ category: 'A' }, 'A'],
    [{ category: { name: 'A' } }, 'A'],
    [{ category: ['A', 'B'] }, 'A'],
    [{ category: [{ title: 'A' }] }, 'A'],
    [{ category: [] }, undefined],
    [{ category: null }, undefined],
  ])('of category %o has %s, and no id by it', (source, category) => {
    expect(events.productContext(source)).toMatchObject({ id: undefined, category });
  });

  it.each([
    [15_990_000, 15_990_000],
    ['15990000', 15_990_000],
    [15_990_000n, 15_990_000],
    [{ toString: () => '19.5' }, 19.5],
    [0, 0],
    ['Liên hệ', undefined],
    ['', undefined],
    [' ', undefined],
    [null, undefined],
    [NaN, undefined],
    [-1, undefined],
  ])('of price %o has %s', (price, expected) => {
    expect(events.productContext({ price }).price).toBe(expected);
  });

  it.each([
    [100, 90, 90],
    [100, 100, undefined],
    [100, 110, undefined],
    [100, '10%', undefined],
    [100, 0, undefined],
    [undefined, 90, undefined],
  ])('of price %o and discount price %o costs %o', (price, discountPrice, expected) => {
    expect(events.productContext({ price, discountPrice }).discountPrice).toBe(expected);
  });

  it('never takes a percentage for a price', () => {
    const discounted = { price: 100, discount: 15, discountPercent: 15 } as events.ProductSource;
    expect(JSON.stringify(events.productContext(discounted))).toBe('{"price":100}');
  });
});
