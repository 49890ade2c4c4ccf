import { describe, expect, it, vi } from 'vitest';
import { Page, pass, queuedKeys } from './page.js';

const page = new Page();
const DAY = 86_400_000;

function hide(): void {
  dispatchEvent(new Event('pagehide'));
}

describe('delivery', () => {
  it('sends one JSON object per POST, without cookies, with keepalive', async () => {
    const tracker = await page.load();
    tracker.trackCustom('a');
    tracker.trackCustom('b');
    await pass();
    expect(page.server.requests).toHaveLength(2);
    expect(page.server.requests[0]!.init).toMatchObject({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      credentials: 'omit',
      keepalive: true,
    });
    expect(queuedKeys()).toEqual([]);
  });

  it('keeps the order: one request after another', async () => {
    let underWay = 0;
    let most = 0;
    page.server.answer = () => 200;
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 50));
      underWay--;
      return page.server.fetch(url, init);
    });
    const tracker = await page.load();
    for (let i = 0; i < 30; i++) {
      tracker.trackCustom('e' + i);
    }
    await pass(5_000);
    expect(page.server.names()).toEqual(Array.from({ length: 30 }, (_, i) => 'e' + i));
    expect(most).toBe(1);
  });

  it.each([0, 429, 500, 502, 503, 504])('tries again after %i', async (status) => {
    page.server.answer = () => status;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(100);
    expect(page.server.requests).toHaveLength(1);
    expect(queuedKeys()).toHaveLength(1);
    page.server.answer = () => 200;
    await pass(1_000);
    expect(page.server.stored).toHaveLength(1);
    expect(queuedKeys()).toEqual([]);
  });

  it('retries the same event with its own time and a new sentAt', async () => {
    page.server.answer = () => 503;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(30_000);
    const tries = page.server.requests.map((request) => request.events[0]!);
    expect(tries.length).toBeGreaterThan(3);
    expect(new Set(tries.map((event) => event.eventId)).size).toBe(1);
    expect(new Set(tries.map((event) => event.clientTimestamp)).size).toBe(1);
    expect(new Set(tries.map((event) => event.sentAt)).size).toBe(tries.length);
  });

  it('waits longer after each failure, with jitter, five minutes at most', async () => {
    const times: number[] = [];
    page.server.answer = () => {
      times.push(Date.now());
      return 503;
    };
    (await page.load()).trackCustom('a');
    await pass(3_600_000);
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    pauses.slice(0, 12).forEach((pause, i) => {
      const full = Math.min(1_000 * 2 ** i, 300_000);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    });
    expect(new Set(pauses.slice(-4)).size).toBeGreaterThan(1);
  });

  it('sends no new events before the retry', async () => {
    page.server.answer = () => 503;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(10);
    for (let i = 0; i < 50; i++) {
      tracker.trackCustom('b');
    }
    hide();
    await pass(10);
    expect(page.server.requests).toHaveLength(1);
  });

  it('retries at once when the browser is online again', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(3_600_000);
    page.server.answer = () => 200;
    dispatchEvent(new Event('online'));
    await pass();
    expect(page.server.stored).toHaveLength(1);
  });

  it('starts with the shortest pause again when the browser is online again', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(3_600_000);
    dispatchEvent(new Event('online'));
    await pass();
    page.server.answer = () => 200;
    await pass(1_000);
    expect(page.server.stored).toHaveLength(1);
  });

  it('reads each response to its end, since the browser counts the request until then', async () => {
    const answers: Response[] = [];
    vi.stubGlobal('fetch', async () => {
      answers.push(new Response('{"success":true}'));
      return answers.at(-1);
    });
    (await page.load()).trackCustom('a');
    await pass();
    expect(answers.map((answer) => answer.bodyUsed)).toEqual([true]);
  });

  it.each([400, 413, 422])('drops an event that is refused with %i', async (status) => {
    page.server.answer = ({ events }) => (events[0]!.eventName === 'bad' ? status : 200);
    const tracker = await page.load();
    tracker.trackCustom('bad');
    tracker.trackCustom('good');
    await pass(60_000);
    expect(page.server.names()).toEqual(['good']);
    expect(page.server.requests).toHaveLength(2);
    expect(queuedKeys()).toEqual([]);
  });

  it.each([401, 403, 404, 408, 415])(
    'keeps an event that is refused with %i for the next page, and goes on with others',
    async (status) => {
      page.server.answer = ({ events }) => (events[0]!.eventName === 'bad' ? status : 200);
      const tracker = await page.load();
      ['bad', 'a', 'b'].forEach((name) => tracker.trackCustom(name));
      await pass(3_600_000);
      expect(page.server.names()).toEqual(['a', 'b']);
      expect(page.server.requests).toHaveLength(3);
      expect(queuedKeys()).toHaveLength(1);

      page.server.answer = () => 200;
      await page.load();
      await pass();
      expect(page.server.names()).toEqual(['a', 'b', 'bad']);
      expect(queuedKeys()).toEqual([]);
    },
  );

  it('pauses after each event when the server refuses all of them', async () => {
    page.server.answer = () => 403;
    const tracker = await page.load({ batchSize: 10 });
    for (let i = 0; i < 200; i++) {
      tracker.trackCustom('a');
    }
    await pass(60_000);
    expect(page.server.requests.length).toBeLessThan(12);
    expect(queuedKeys()).toHaveLength(200);
  });

  it.each([
    [503, '7', 7_000, 15_000],
    [429, '30', 30_000, 61_000],
    [429, '86400', 150_000, 300_000],
    [429, 'Wed, 21 Oct 2026 07:28:00 GMT', 500, 1_000],
  ])('after %i gives the server the %s s that it asks for', async (status, asked, least, most) => {
    const times: number[] = [];
    vi.stubGlobal('fetch', async () => {
      times.push(Date.now());
      return new Response(null, { status, headers: { 'Retry-After': asked } });
    });
    (await page.load()).trackCustom('a');
    await pass(400_000);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(least);
    expect(times[1]! - times[0]!).toBeLessThanOrEqual(most);
  });

  it('continues when the clock is set back, and dates later events by the new time', async () => {
    page.server.answer = () => 503;
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(10);
    vi.setSystemTime(Date.now() - 3_600_000);
    tracker.trackCustom('b');
    page.server.answer = () => 200;
    await pass(2_000);
    expect(page.server.names().sort()).toEqual(['a', 'b']);
    expect(queuedKeys()).toEqual([]);
  });

  it('ignores keys of others and malformed events under its own keys', async () => {
    localStorage.setItem('clickstream.queue.junk', '');
    localStorage.setItem('clickstream.queue.ffffffff-ffff-7000-8000-000000000000', 'no JSON');
    localStorage.setItem('cart', '[]');
    vi.stubGlobal('fetch', async () => new Response(null, { status: 400 }));
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(60_000);
    expect(queuedKeys()).toEqual(['clickstream.queue.junk']);
    expect(localStorage.getItem('cart')).toBe('[]');
  });

  it('sends the events that an earlier page left, oldest first', async () => {
    page.server.answer = () => 0;
    const earlier = await page.load();
    earlier.trackCustom('a');
    await pass(5);
    earlier.trackCustom('b');
    await pass(DAY);
    page.server.answer = () => 200;
    const now = await page.load();
    now.trackCustom('c');
    await pass();
    expect(page.server.names()).toEqual(['a', 'b', 'c']);
    const [a, b] = page.server.stored;
    expect(Date.parse(b!.clientTimestamp) - Date.parse(a!.clientTimestamp)).toBe(5);
  });

  it('drops events older than seven days', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    tracker.trackCustom('old');
    await pass(180_000);
    tracker.trackCustom('new');
    page.leave();
    vi.setSystemTime(Date.parse('2026-11-23T08:01:00Z') + 7 * DAY);
    page.server.answer = () => 200;
    await page.load();
    await pass();
    expect(page.server.names()).toEqual(['new']);
    expect(queuedKeys()).toEqual([]);
  });

  it('keeps the newest 2,000 events', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    for (let i = 0; i < 2_100; i++) {
      tracker.trackCustom('e' + i);
    }
    await pass();
    expect(queuedKeys()).toHaveLength(2_000);
    expect(queuedKeys().some((key) => localStorage.getItem(key)!.includes('"e2099"'))).toBe(true);
    expect(queuedKeys().some((key) => localStorage.getItem(key)!.includes('"e99"'))).toBe(false);
  });

  it('queues in memory when storage is full', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    page.server.answer = () => 503;
    const tracker = await page.load();
    tracker.trackCustom('a');
    tracker.trackCustom('b');
    await pass();
    page.server.answer = () => 200;
    await pass(1_000);
    expect(page.server.names()).toEqual(['a', 'b']);
    await pass(10_000);
    expect(page.server.requests).toHaveLength(3);
  });

  it('sends what is queued on flush', async () => {
    page.server.answer = () => 503;
    const tracker = await page.load({ batchSize: 10 });
    tracker.trackCustom('a');
    page.server.answer = () => 200;
    await tracker.flush();
    expect(page.server.names()).toEqual(['a']);
  });
});

describe('a batch', () => {
  it('is sent when it is full', async () => {
    const tracker = await page.load({ batchSize: 3 });
    tracker.trackCustom('a');
    tracker.trackCustom('b');
    await pass(4_999);
    expect(page.server.requests).toHaveLength(0);
    tracker.trackCustom('c');
    await pass();
    expect(page.server.requests.map(({ events }) => events.length)).toEqual([3]);
    expect(page.server.requests[0]!.init.body).toMatch(/^\[/);
  });

  it('is sent after the interval', async () => {
    const tracker = await page.load({ batchSize: 3, flushIntervalMs: 200 });
    tracker.trackCustom('a');
    tracker.trackCustom('b');
    await pass(199);
    expect(page.server.requests).toHaveLength(0);
    await pass(1);
    expect(page.server.names()).toEqual(['a', 'b']);
  });

  it('of one event is a plain object', async () => {
    const tracker = await page.load({ batchSize: 3, flushIntervalMs: 200 });
    tracker.trackCustom('a');
    await pass(200);
    expect(page.server.requests[0]!.init.body).toMatch(/^\{/);
  });

  it('has at most 100 events', async () => {
    const tracker = await page.load({ batchSize: 1_000 });
    for (let i = 0; i < 250; i++) {
      tracker.trackCustom('a');
    }
    await pass(5_000);
    expect(page.server.stored).toHaveLength(250);
    expect(Math.max(...page.server.requests.map(({ events }) => events.length))).toBe(100);
  });

  it('has at most 60 KB, counted in bytes of UTF-8', async () => {
    const tracker = await page.load({ batchSize: 100 });
    for (let i = 0; i < 20; i++) {
      tracker.trackCustom('a', { text: 'ế'.repeat(3_000) });
    }
    await pass(5_000);
    const sizes = page.server.requests.map(({ init }) => new Blob([init.body as string]).size);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(60_000);
    expect(Math.max(...sizes)).toBeGreaterThan(50_000);
    expect(page.server.stored).toHaveLength(20);
  });

  it('may exceed that with a single event, which is sent without keepalive', async () => {
    const tracker = await page.load({ batchSize: 10 });
    tracker.trackCustom('a', { text: 'x'.repeat(70_000) });
    tracker.trackCustom('b');
    await pass(5_000);
    expect(page.server.requests.map(({ init }) => init.keepalive)).toEqual([false, true]);
  });

  it('that is refused is sent one by one, and only the event at fault is dropped', async () => {
    page.server.answer = ({ events }) =>
      events.some((event) => event.eventName === 'bad') ? 400 : 200;
    const tracker = await page.load({ batchSize: 3 });
    ['a', 'bad', 'c'].forEach((name) => tracker.trackCustom(name));
    await pass(10);
    expect(page.server.names()).toEqual(['a', 'c']);
    expect(queuedKeys()).toEqual([]);
  });
});

describe('a page that is hidden', () => {
  it('sends at once, in parallel, without a preflight, and each event once', async () => {
    const waiting: (() => void)[] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return page.server.fetch(url, init);
    });
    const tracker = await page.load();
    ['a', 'b', 'c'].forEach((name) => tracker.trackCustom(name));
    await pass();
    expect(waiting).toHaveLength(1);
    hide();
    expect(waiting).toHaveLength(3);
    while (waiting.length) {
      waiting.splice(0).forEach((resolve) => resolve());
      await pass();
    }
    expect(page.server.names().sort()).toEqual(['a', 'b', 'c']);
    const types = page.server.requests.map(
      ({ init }) => (init.headers as Record<string, string>)['Content-Type'],
    );
    expect(types.sort()).toEqual(['application/json', 'text/plain', 'text/plain']);
    expect(queuedKeys()).toEqual([]);
  });

  it('does not wait for a batch to be full', async () => {
    const tracker = await page.load({ batchSize: 10 });
    tracker.trackCustom('a');
    hide();
    await pass();
    expect(page.server.names()).toEqual(['a']);
  });

  it('sends at most 60 KB, the browsers’ limit; the rest stays queued', async () => {
    page.server.answer = () => null;
    const tracker = await page.load({ batchSize: 100 });
    for (let i = 0; i < 12; i++) {
      tracker.trackCustom('a', { text: 'x'.repeat(10_000) });
    }
    hide();
    await pass();
    const bytes = page.server.requests.reduce(
      (sum, { init }) => sum + (init.body as string).length,
      0,
    );
    expect(bytes).toBeGreaterThan(40_000);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(queuedKeys()).toHaveLength(12);
  });

  it('leaves the events of requests that the browser cuts off to the next page', async () => {
    page.server.answer = () => null;
    const tracker = await page.load({ batchSize: 10 });
    tracker.trackCustom('a');
    hide();
    await pass();
    const [cut] = page.server.requests;
    expect(queuedKeys()).toHaveLength(1);

    page.server.answer = () => 200;
    await page.load();
    expect(page.server.stored[0]!.eventId).toBe(cut!.events[0]!.eventId);
    expect(queuedKeys()).toEqual([]);
  });

  it('has at most 64 KiB under way, and loses none of what waits', async () => {
    page.server.answer = () => 0;
    const tracker = await page.load();
    for (let i = 0; i < 100; i++) {
      tracker.trackCustom('e' + i, { text: 'x'.repeat(3_000) });
    }
    let bytes = 0;
    page.server.answer = ({ init }) => {
      bytes += new Blob([init.body as string]).size;
      return null;
    };
    await pass(600_000);
    bytes = 0;
    hide();
    await pass();
    expect(bytes).toBeLessThanOrEqual(64 * 1024);

    page.server.answer = () => 200;
    await page.load();
    await pass(60_000);
    expect(new Set(page.server.stored.map((event) => event.eventId)).size).toBe(100);
  });
});
