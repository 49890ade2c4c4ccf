import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { ClickstreamEvent } from '../src/types.js';
import { go, Page, pass, queuedKeys, referredBy, storedKeys } from './page.js';

const page = new Page();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an event', () => {
  it('has the members that the platform expects', async () => {
    referredBy('https://search.example/');
    go('/p/1?utm_source=zalo');
    const tracker = await page.load();
    tracker.trackCustom('signup', { plan: 'gold' });
    await pass();

    const { eventId, clientId, sessionId, timezone, viewport, ...rest } = page.server.stored[0]!;
    expect([eventId, clientId, sessionId].every((id) => UUID.test(id))).toBe(true);
    expect(new Set([eventId, clientId, sessionId]).size).toBe(3);
    expect(timezone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(viewport).toEqual({ width: innerWidth, height: innerHeight });
    expect(rest).toEqual({
      eventName: 'signup',
      clientTimestamp: '2026-11-23T08:00:00.000Z',
      sentAt: '2026-11-23T08:00:00.000Z',
      isFirstVisit: true,
      userId: null,
      userLoginState: 'guest',
      pageUrl: 'https://shop.example/p/1?utm_source=zalo',
      pageTitle: 'Shop',
      referrer: 'https://search.example/',
      language: navigator.language,
      trackerVersion: JSON.parse(readFileSync('package.json', 'utf8')).version,
      plan: 'gold',
    });
  });

  it('is the user’s from setUser on, and a guest’s again after null', async () => {
    const tracker = await page.load();
    tracker.setUser('u-1', 'cognito');
    tracker.trackCustom('a');
    tracker.setUser(null);
    tracker.trackCustom('b');
    await pass();
    expect(page.server.stored).toMatchObject([
      { userId: 'u-1', userLoginState: 'logged_in', identity_source: 'cognito' },
      { userId: null, userLoginState: 'guest' },
    ]);
    expect(page.server.stored[1]).not.toHaveProperty('identity_source');
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('u-1');
  });

  it('keeps its own members, whatever the payload calls its', async () => {
    const tracker = await page.load();
    const payload = {
      eventId: 42,
      eventName: 'concert',
      clientTimestamp: 'x',
      sentAt: 'y',
      seat: 7,
    };
    tracker.trackCustom('ticket_view', payload);
    tracker.trackCustom('ticket_view', payload);
    await pass();
    const [first, second] = page.server.stored;
    expect(first).toMatchObject({
      eventName: 'ticket_view',
      clientTimestamp: '2026-11-23T08:00:00.000Z',
      sentAt: '2026-11-23T08:00:00.000Z',
      seat: 7,
    });
    expect(UUID.test(first!.eventId)).toBe(true);
    expect(second!.eventId).not.toBe(first!.eventId);
  });

  it('describes the page and user at the time of the event, not of the consent', async () => {
    const tracker = await page.load({ consent: 'pending' });
    const cart = { lines: ['a'] };
    tracker.trackCustom('cart', { cart });
    cart.lines.push('b');
    tracker.setConsent('granted');
    await pass();
    expect(page.server.stored[0]).toMatchObject({ cart: { lines: ['a'] } });
  });

  it('has an id in the order of time, whatever the clock does', async () => {
    const ids: string[] = [];
    const tracker = await page.load({
      beforeSend: (event) => {
        ids.push(event.eventId);
        return event;
      },
    });
    for (const time of ['2026-11-23T08:00:00.001Z', '2026-11-23T07:59:00Z', '2026-11-24']) {
      vi.setSystemTime(new Date(time));
      for (let i = 0; i < 300; i++) {
        tracker.trackCustom('a');
      }
    }
    expect(ids.every((id) => UUID.test(id))).toBe(true);
    expect(ids).toHaveLength(900);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const millis = (id: string) => parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(millis(ids[0]!)).toBe(Date.parse('2026-11-23T08:00:00.001Z'));
    expect(millis(ids[600]!)).toBe(Date.parse('2026-11-24'));
  });

  it('has a UUID where crypto.randomUUID is missing', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const tracker = await page.load();
    for (let i = 0; i < 50; i++) {
      tracker.trackCustom('a');
    }
    await pass();
    const ids = page.server.stored.map((event) => event.eventId);
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => UUID.test(id))).toBe(true);
  });
});

describe('the referrer', () => {
  it('is the document’s first, then the previous address', async () => {
    referredBy('https://search.example/');
    const tracker = await page.load();
    tracker.trackPageView();
    go('/p/1?page=2');
    tracker.trackPageView();
    go('/p/1?page=2#reviews');
    tracker.trackCustom('a');
    go('/cart');
    tracker.trackPageView();
    await pass();
    expect(page.server.stored.map((event) => event.referrer)).toEqual([
      'https://search.example/',
      'https://shop.example/',
      'https://shop.example/',
      'https://shop.example/p/1?page=2',
    ]);
  });

  it('is null when there is none', async () => {
    (await page.load()).trackPageView();
    await pass();
    expect(page.server.stored[0]!.referrer).toBeNull();
  });
});

describe('a view', () => {
  it('is found by the address of its page', async () => {
    const tracker = await page.load();
    expect(tracker.viewed()).toBe(false);
    tracker.trackCustom('product_view');
    expect(tracker.viewed()).toBe(true);
    go('/other');
    expect(tracker.viewed()).toBe(false);
    tracker.trackCustom('add_to_cart_click');
    expect(tracker.viewed()).toBe(false);
  });

  it('is repeated when the page is restored from the back/forward cache', async () => {
    const tracker = await page.load();
    tracker.trackCustom('product_view', { product: { id: '1' } });
    tracker.trackCustom('share_click');
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    await pass(60_000);
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await pass();
    expect(page.server.names()).toEqual(['product_view', 'share_click', 'product_view']);
    const [first, , again] = page.server.stored;
    expect(again).toMatchObject({ product: { id: '1' } });
    expect(again!.eventId).not.toBe(first!.eventId);
    expect(again!.clientTimestamp).toBe('2026-11-23T08:01:00.000Z');
  });

  it('is repeated at each return from the back/forward cache', async () => {
    const tracker = await page.load();
    tracker.trackPageView();
    for (const persisted of [true, true, false]) {
      dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
      await pass(1_000);
    }
    expect(page.server.names()).toEqual(['page_view', 'page_view', 'page_view']);
  });
});

describe('a payload', () => {
  /** Returns the members that arrive of a payload. */
  async function arrives(payload: Record<string, unknown>): Promise<Record<string, unknown>> {
    const tracker = await page.load();
    tracker.trackCustom('quick_buy', payload);
    await pass();
    const [event] = page.server.stored;
    return Object.fromEntries(Object.entries(event!).filter(([name]) => name in payload));
  }

  it('with a bigint at any depth arrives, the bigint as text', async () => {
    expect(await arrives({ sku: 'p-1', stock: 12n, cart: { lines: [{ quantity: 2n }] } })).toEqual({
      sku: 'p-1',
      stock: '12',
      cart: { lines: [{ quantity: '2' }] },
    });
  });

  it('that contains itself arrives without that', async () => {
    const payload: Record<string, unknown> = { sku: 'p-2', product: { id: '1' } };
    payload.self = payload;
    (payload.product as Record<string, unknown>).variants = [payload.product, { id: '2' }];
    const { self, ...rest } = await arrives(payload);
    expect(rest).toEqual({ sku: 'p-2', product: { id: '1', variants: [null, { id: '2' }] } });
    expect(self).toEqual({ sku: 'p-2', product: expect.anything() });
  });

  it('with the same object in two places arrives whole', async () => {
    const product = { id: '1', tags: ['new'] };
    expect(await arrives({ product, lines: [{ product }, { product }] })).toEqual({
      product,
      lines: [{ product }, { product }],
    });
  });

  it('with a member that cannot be read arrives without it', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    expect(
      await arrives({
        get price() {
          return broken();
        },
        date: { toJSON: broken },
        render: broken,
        symbol: Symbol('x'),
        added: new Date(0),
        sku: 'p-3',
      }),
    ).toEqual({ added: '1970-01-01T00:00:00.000Z', sku: 'p-3' });
  });

  it('with an object that leads to thousands of others arrives, shortened', async () => {
    // As the elements that React makes: each leads to all others, on countless paths.
    let reads = 0;
    const fibers = Array.from({ length: 50 }, (_, id): Record<string, unknown> => ({
      get id() {
        reads++;
        return id;
      },
    }));
    fibers.forEach((fiber) => (fiber.others = [...fibers]));
    const event = await arrives({ element: fibers[0], sku: 'p-4' });
    expect(reads).toBeGreaterThan(50);
    expect(reads).toBeLessThan(20_000);
    expect(event.sku).toBe('p-4');
    expect(JSON.stringify(event).length).toBeLessThan(250_000);
  });

  it('that beforeSend completes with a bigint and a circle arrives', async () => {
    const tracker = await page.load({
      beforeSend: (event) => ({ ...event, stock: 12n, event }),
    });
    tracker.trackCustom('a');
    await pass();
    expect(page.server.stored).toMatchObject([{ eventName: 'a', stock: '12' }]);
  });
});

describe('beforeSend', () => {
  it('changes and drops events before they are stored', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load({
      beforeSend: (event) =>
        event.eventName === 'drop' ? null : { ...event, pageUrl: 'redacted' },
    });
    tracker.trackCustom('keep');
    tracker.trackCustom('drop');
    await pass();
    expect(queuedKeys()).toHaveLength(1);
    expect(localStorage.getItem(queuedKeys()[0]!)).toContain('"pageUrl":"redacted"');
  });

  it('sees the ids', async () => {
    const seen: ClickstreamEvent[] = [];
    const tracker = await page.load({ beforeSend: (event) => (seen.push(event), event) });
    tracker.trackCustom('a');
    expect(UUID.test(seen[0]!.clientId)).toBe(true);
  });

  it('changes the event, never what the page passed', async () => {
    const tracker = await page.load({
      beforeSend: (event) => {
        delete (event.customer as { email?: string }).email;
        return event;
      },
    });
    const customer = { email: 'an@shop.example', level: 'gold' };
    tracker.trackCustom('a', { customer });
    await pass();
    expect(page.server.stored[0]).toMatchObject({ customer: { level: 'gold' } });
    expect(JSON.stringify(page.server.stored)).not.toContain('an@');
    expect(customer.email).toBe('an@shop.example');
  });

  it.each([undefined, null, false, true, '', 'text', {}, [], Promise.resolve({})])(
    'drops the event when it returns %o, which is none',
    async (result) => {
      const tracker = await page.load({ beforeSend: () => result as never });
      tracker.trackCustom('a');
      await pass(5_000);
      expect(page.server.requests).toEqual([]);
      expect(queuedKeys()).toEqual([]);
    },
  );

  it('drops the event when it throws, since it may not have removed personal data', async () => {
    const tracker = await page.load({
      beforeSend: () => {
        throw new Error('broken');
      },
    });
    expect(() => tracker.trackCustom('a')).not.toThrow();
    await pass();
    expect(page.server.requests).toEqual([]);
    expect(console.error).toHaveBeenCalledOnce();
  });
});

describe('consent', () => {
  it('pending keeps events in memory only; granted sends them with their own times', async () => {
    const tracker = await page.load({ consent: 'pending' });
    tracker.trackPageView();
    await pass(5_000);
    tracker.trackCustom('a');
    await pass(60_000);
    expect(page.server.requests).toEqual([]);
    expect(storedKeys()).toEqual([]);
    expect(document.cookie).not.toContain('clickstream');

    tracker.setConsent('granted');
    await pass();
    expect(page.server.stored).toMatchObject([
      {
        eventName: 'page_view',
        clientTimestamp: '2026-11-23T08:00:00.000Z',
        sentAt: '2026-11-23T08:01:05.000Z',
        isFirstVisit: true,
      },
      { eventName: 'a', clientTimestamp: '2026-11-23T08:00:05.000Z' },
    ]);
    expect(new Set(page.server.stored.map((event) => event.clientId)).size).toBe(1);
  });

  it('pending uses the client id of an earlier consent once it is granted', async () => {
    const first = await page.load();
    first.trackPageView();
    await pass();
    const second = await page.load({ consent: 'pending' });
    second.trackPageView();
    second.setConsent('granted');
    await pass();
    expect(page.server.stored[1]!.clientId).toBe(page.server.stored[0]!.clientId);
  });

  it('denied erases ids and queue and drops held events', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    tracker.trackPageView();
    await pass();
    expect(storedKeys()).toHaveLength(3);
    tracker.setConsent('pending');
    tracker.trackCustom('held');
    tracker.setConsent('denied');
    tracker.trackCustom('after');
    expect(storedKeys()).toEqual([]);

    page.server.answer = () => 200;
    await pass(600_000);
    tracker.setConsent('granted');
    await pass();
    expect(page.server.stored).toEqual([]);
    tracker.trackCustom('new');
    await pass();
    expect(page.server.stored).toMatchObject([{ eventName: 'new', isFirstVisit: true }]);
  });

  it('denied in one tab denies in the others', async () => {
    const tracker = await page.load();
    tracker.trackPageView();
    await pass();
    localStorage.removeItem('clickstream.client');
    dispatchEvent(
      Object.assign(new Event('storage'), { key: 'clickstream.client', newValue: null }),
    );
    tracker.trackCustom('a');
    await pass();
    expect(page.server.names()).toEqual(['page_view']);
    expect(storedKeys()).toEqual([]);
  });

  it.each([
    ['Global Privacy Control', 'globalPrivacyControl', true, {}, { respectGpc: false }],
    ['Do Not Track', 'doNotTrack', '1', { respectDnt: true }, {}],
  ])('%s denies when it is respected, whatever is granted', async (_, signal, on, options, not) => {
    Object.defineProperty(navigator, signal, { value: on, configurable: true });
    const respecting = await page.load(options);
    respecting.trackPageView();
    respecting.setConsent('granted');
    respecting.trackPageView();
    await pass();
    expect(page.server.requests).toEqual([]);
    expect(storedKeys()).toEqual([]);

    (await page.load(not)).trackPageView();
    await pass();
    expect(page.server.stored).toHaveLength(1);
    Object.defineProperty(navigator, signal, { value: undefined, configurable: true });
  });
});

describe('a page rendered in advance', () => {
  it('sends its events when the visitor sees it', async () => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
    const tracker = await page.load();
    tracker.trackPageView();
    expect(tracker.viewed()).toBe(true);
    tracker.trackCustom('a');
    await pass(60_000);
    dispatchEvent(new Event('pagehide'));
    expect(page.server.requests).toEqual([]);
    expect(storedKeys()).toEqual([]);
    Object.defineProperty(document, 'prerendering', { value: false, configurable: true });
    document.dispatchEvent(new Event('prerenderingchange'));
    await pass();
    expect(page.server.stored).toMatchObject([
      { eventName: 'page_view', clientTimestamp: '2026-11-23T08:01:00.000Z' },
      { eventName: 'a', clientTimestamp: '2026-11-23T08:01:00.000Z' },
    ]);
  });
});

describe('without an endpoint', () => {
  it('events are logged, after one warning', async () => {
    const tracker = await page.load({ endpoint: undefined });
    tracker.trackPageView();
    tracker.trackCustom('a');
    await tracker.flush();
    expect(console.warn).toHaveBeenCalledOnce();
    expect(console.log).toHaveBeenCalledTimes(2);
    expect(page.server.requests).toEqual([]);
    expect(queuedKeys()).toEqual([]);
  });
});

describe('the host page', () => {
  it('never sees an exception', async () => {
    const tracker = await page.load();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => tracker.trackCustom('cycle', cycle)).not.toThrow();
    const throwing = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        throw new Error('broken');
      },
    });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const payload of [throwing, revoked.proxy, { big: 1n }, { toJSON: () => undefined }]) {
      expect(() => tracker.trackCustom('broken', payload as never)).not.toThrow();
    }
    for (const name of [undefined, null, Symbol('x'), {}]) {
      expect(() => tracker.trackCustom(name as never)).not.toThrow();
    }
    expect(() => tracker.trackClick(null as never)).not.toThrow();
    expect(() => tracker.setUser(cycle as never)).not.toThrow();
    tracker.setUser(null);
    await pass();
    page.server.stored.length = 0;
    expect(() => tracker.setConsent(undefined as never)).not.toThrow();
    tracker.setConsent('granted');
    tracker.trackCustom('fine');
    await pass();
    expect(page.server.names()).toEqual(['fine']);
  });

  it('has its view even if the payload cannot be read', async () => {
    const tracker = await page.load();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    tracker.trackCustom('product_view', { product: proxy });
    await pass();
    expect(page.server.names()).toEqual(['product_view']);
    expect(tracker.viewed()).toBe(true);
  });

  it('has events logged only with the option debug', async () => {
    (await page.load()).trackPageView();
    expect(console.log).not.toHaveBeenCalled();
    (await page.load({ debug: true })).trackPageView();
    expect(console.log).toHaveBeenCalledOnce();
  });
});
