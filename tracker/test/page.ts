import { afterEach, beforeEach, vi } from 'vitest';
import type { ClickstreamEvent, Tracker, TrackerOptions } from '../src/types.js';

export const ENDPOINT = 'https://collector.example/clickstream';

export type SentEvent = ClickstreamEvent & { readonly sentAt: string };

/** A request that the server has received. */
export interface Received {
  readonly init: RequestInit;
  readonly events: SentEvent[];
}

/** A fake server: responds as a test says, and stores the events of successful requests. */
export class Server {
  readonly requests: Received[] = [];
  readonly stored: SentEvent[] = [];
  /** The status of each response; 0 closes the connection, null never responds. */
  answer: (request: Received) => number | null = () => 200;

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url !== ENDPOINT) {
      throw new Error(`Cannot fetch ${url}: only ${ENDPOINT} has a server.`);
    }
    const parsed = JSON.parse(init.body as string) as SentEvent | SentEvent[];
    const request = { init, events: Array.isArray(parsed) ? parsed : [parsed] };
    this.requests.push(request);
    const status = this.answer(request);
    if (status === null) {
      return new Promise(() => {});
    }
    if (status === 0) {
      throw new TypeError('Failed to fetch');
    }
    if (status < 300) {
      this.stored.push(...request.events);
    }
    return new Response(null, { status });
  };

  names(): string[] {
    return this.stored.map((event) => event.eventName);
  }
}

/** A page with a fake clock. Its storage survives {@link load}, as in a browser. */
export class Page {
  server = new Server();
  private listeners: [EventTarget, Parameters<EventTarget['addEventListener']>][] = [];

  constructor() {
    beforeEach(() => {
      vi.useFakeTimers({ now: Date.parse('2026-11-23T08:00:00.000Z') });
      this.server = new Server();
      vi.stubGlobal('fetch', this.server.fetch);
      // happy-dom's Request has no keepalive.
      vi.stubGlobal('Request', class {});
      Object.defineProperty(Request.prototype, 'keepalive', { value: false });
      vi.spyOn(console, 'log').mockImplementation(() => {});
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      vi.spyOn(console, 'error').mockImplementation(() => {});
      for (const target of [window, document]) {
        const add = target.addEventListener.bind(target) as EventTarget['addEventListener'];
        vi.spyOn(target, 'addEventListener').mockImplementation((...args: unknown[]) => {
          this.listeners.push([target, args as never]);
          add(...(args as Parameters<EventTarget['addEventListener']>));
        });
      }
      localStorage.clear();
      sessionStorage.clear();
      document.cookie = 'clickstream.client=;path=/;max-age=0';
      document.body.innerHTML = '';
      document.title = 'Shop';
      referredBy('');
      go('/');
    });
    afterEach(() => {
      this.leave();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
      vi.useRealTimers();
    });
  }

  /** Loads the page again, with a new tracker. */
  async load(options: TrackerOptions = {}): Promise<Tracker> {
    this.leave();
    vi.resetModules();
    const { createTracker } = await import('../src/tracker.js');
    const tracker = createTracker({ endpoint: ENDPOINT, ...options });
    // The tracker first sends the events that earlier pages left.
    await pass();
    return tracker;
  }

  /** Ends the page: its listeners and timers are removed. */
  leave(): void {
    this.listeners.forEach(([target, args]) => target.removeEventListener(...args));
    this.listeners = [];
    // clearAllTimers resets the clock.
    const now = Date.now();
    vi.clearAllTimers();
    vi.setSystemTime(now);
  }
}

/** Lets promises and due timers run. */
export async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** Changes the address without loading a page. */
export function go(path: string): void {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(
    'https://shop.example' + path,
  );
}

/** Sets the document's referrer. */
export function referredBy(referrer: string): void {
  Object.defineProperty(document, 'referrer', { value: referrer, configurable: true });
}

/** Returns the tracker's keys in local and session storage. */
export function storedKeys(): string[] {
  return [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) =>
    key.startsWith('clickstream'),
  );
}

/** Returns the keys of queued events. */
export function queuedKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith('clickstream.queue'));
}
