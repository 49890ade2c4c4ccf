import { expect, describe, it, vi } from 'vitest';
import * as events from '../src/events.js';
import type { Payload } from '../src/types.js';

/** Records the calls of the helpers. */
class Recorder {
  readonly calls: [string, Payload | undefined][] = [];
  readonly trackCustom = (name: string, payload?: Payload) =>
    void this.calls.push([name, payload && JSON.parse(JSON.stringify(payload))]);
  readonly setUser = (id: string | null, source?: string) =>
    void this.calls.push(['(user)', { id, source }]);
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
    expect(recorder.calls).toEqual([
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
      expect(recorder.calls.map(([name]) => name).filter((name) => name !== '(user)')).toEqual([
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
    expect(recorder.calls).toEqual([
      ['add_to_cart_click', { product: {}, quantity: 2 }],
      [
        'checkout_complete',
        { order: { id: 'o-1', value: 290, currency: 'VND', items: [{ quantity: 3 }] } },
      ],
    ]);
  });
});

describe('an order', () => {
  const LINE = { product: PHONE, quantity: 1 };
  const ITEM = { productId: '7', quantity: 1 };
  const BROKEN_LINE = {
    get product() {
      throw new Error('broken');
    },
    quantity: 1,
  };

  it.each([
    ['undefined', undefined, undefined],
    ['null', null, undefined],
    ['a number', 3, undefined],
    ['an object', {}, undefined],
    ['an empty list', [], []],
    ['an empty line', [null], []],
    ['a line and an empty one', [LINE, undefined], [ITEM]],
    ['a line and one that cannot be read', [BROKEN_LINE, LINE], [ITEM]],
  ])('whose lines are %s keeps its id, value and readable lines', (_, lines, items) => {
    const recorder = new Recorder();
    events.checkoutComplete(recorder, { id: 'o-1', value: 290, currency: 'VND', lines } as never);
    const [[name, payload]] = recorder.calls as [[string, Payload]];
    expect(name).toBe('checkout_complete');
    expect(payload.order).toMatchObject({ id: 'o-1', value: 290, currency: 'VND' });
    const sent = (payload.order as { items?: object[] }).items;
    expect(sent?.length).toBe(items?.length);
    sent?.forEach((item, i) => expect(item).toMatchObject(items![i]!));
  });

  it('whose value cannot be read keeps its id', () => {
    const recorder = new Recorder();
    const value = Object.create(null);
    events.checkoutComplete(recorder, { id: 'o-1', value, currency: 'VND', lines: [LINE] });
    expect(recorder.calls[0]![1]!.order).toMatchObject({ id: 'o-1', items: [ITEM] });
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
    ['12.99', 12.99],
    ['12.990', undefined],
    ['0.990', undefined],
    ['12.9900', 12.99],
    ['1,299', undefined],
    ['1,299.00', undefined],
    ['12.990.000', undefined],
    [12.345, 12.345],
    [{ toString: () => '12.345' }, 12.345],
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
