import { describe, expect, it, vi } from 'vitest';
import { Page, pass } from './page.js';

const page = new Page();
const HALF_HOUR = 30 * 60_000;

/** What the server got by now. */
async function sent() {
  await pass();
  return page.server.stored;
}

describe('the client id', () => {
  it('survives page loads and sessions', async () => {
    (await page.load()).trackPageView();
    await pass(2 * HALF_HOUR);
    (await page.load()).trackPageView();
    sessionStorage.clear();
    (await page.load()).trackPageView();
    const events = await sent();
    expect(new Set(events.map((event) => event.clientId)).size).toBe(1);
    expect(new Set(events.map((event) => event.sessionId)).size).toBe(3);
    expect(events.map((event) => event.isFirstVisit)).toEqual([true, false, false]);
  });

  it('is that of another tab that created one at the same moment', async () => {
    const tracker = await page.load();
    tracker.trackCustom('a');
    localStorage.setItem('clickstream.client', 'of-the-other-tab');
    tracker.trackCustom('b');
    expect((await sent())[1]!.clientId).toBe('of-the-other-tab');
  });

  it('is in a cookie when local storage is blocked', async () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    (await page.load()).trackPageView();
    (await page.load()).trackPageView();
    const [first, second] = await sent();
    expect(document.cookie).toContain(first!.clientId);
    expect(second!.clientId).toBe(first!.clientId);
    expect(second!.sessionId).toBe(first!.sessionId);
  });

  it('lasts as long as the page when all storage is blocked', async () => {
    const blocked = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(blocked);
    vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(blocked);
    vi.spyOn(document, 'cookie', 'get').mockImplementation(blocked);
    vi.spyOn(document, 'cookie', 'set').mockImplementation(blocked);
    const tracker = await page.load();
    tracker.trackPageView();
    tracker.trackCustom('a');
    const [first, second] = await sent();
    expect(second!.clientId).toBe(first!.clientId);
    expect(second!.sessionId).toBe(first!.sessionId);
    expect(second!.isFirstVisit).toBe(true);
    expect(() => tracker.setConsent('denied')).not.toThrow();
  });

  it('is created when storage is full', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const tracker = await page.load();
    tracker.trackPageView();
    tracker.trackCustom('a');
    const [first, second] = await sent();
    expect(second!.clientId).toBe(first!.clientId);
  });
});

describe('a session', () => {
  it.each([
    [HALF_HOUR - 1, 1],
    [HALF_HOUR, 1],
    [HALF_HOUR + 1, 2],
  ])('of events %i ms apart makes %i', async (pause, sessions) => {
    const tracker = await page.load();
    tracker.trackCustom('a');
    await pass(pause);
    tracker.trackCustom('b');
    const ids = (await sent()).map((event) => event.sessionId);
    expect(new Set(ids).size).toBe(sessions);
  });

  it('continues while pauses are short', async () => {
    const tracker = await page.load();
    for (let i = 0; i < 10; i++) {
      tracker.trackCustom('a');
      await pass(HALF_HOUR - 1);
    }
    expect(new Set((await sent()).map((event) => event.sessionId)).size).toBe(1);
  });

  it('continues when the clock is set back', async () => {
    const tracker = await page.load();
    tracker.trackCustom('a');
    vi.setSystemTime(Date.now() - 5 * HALF_HOUR);
    tracker.trackCustom('b');
    const [first, second] = await sent();
    expect(second!.sessionId).toBe(first!.sessionId);
  });

  it('of the first visit sets isFirstVisit in each event, later ones do not', async () => {
    const tracker = await page.load();
    tracker.trackCustom('a');
    tracker.trackCustom('b');
    await pass(HALF_HOUR + 1);
    tracker.trackCustom('c');
    expect((await sent()).map((event) => event.isFirstVisit)).toEqual([true, true, false]);
  });
});
