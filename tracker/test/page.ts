import { afterEach, beforeEach, vi } from 'vitest';
import type { ClickstreamEvent, Tracker, TrackerOptions } from '../src/types.js';

export const ENDPOINT = 'https://collector.example/clickstream';

export type SentEvent = ClickstreamEvent & { readonly sentAt: string };

/** A request as the server got it. */
export interface Received {
  readonly init: RequestInit;
  readonly events: SentEvent[];
}

/** What stands at the other end: answers as told, and keeps what it answered with success. */
export class Server {
  readonly requests: Received[] = [];
  readonly stored: SentEvent[] = [];
  /** The status of each answer; 0 breaks the connection, null never answers. */
  answer: (request: Received) => number | null = () => 200;

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url !== ENDPOINT) {
      throw new Error('nobody is at ' + url);
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

/** A page whose clock the test moves; what it stores outlives {@link load}, as in a browser. */
export class Page {
  server = new Server();
  private listeners: [EventTarget, Parameters<EventTarget['addEventListener']>][] = [];

  constructor() {
    beforeEach(() => {
      vi.useFakeTimers({ now: Date.parse('2026-11-23T08:00:00.000Z') });
      this.server = new Server();
      vi.stubGlobal('fetch', this.server.fetch);
      // The DOM's own doesn't know it.
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

  /** Loads the page anew, with a tracker on it. */
  async load(options: TrackerOptions = {}): Promise<Tracker> {
    this.leave();
    vi.resetModules();
    const { createTracker } = await import('../src/tracker.js');
    const tracker = createTracker({ endpoint: ENDPOINT, ...options });
    // What earlier pages left is sent at the start.
    await pass();
    return tracker;
  }

  /** The page and its memory are gone. */
  leave(): void {
    this.listeners.forEach(([target, args]) => target.removeEventListener(...args));
    this.listeners = [];
    // Which also sets the clock back.
    const now = Date.now();
    vi.clearAllTimers();
    vi.setSystemTime(now);
  }
}

/** Lets promises and due timers run. */
export async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** A route change without loading. */
export function go(path: string): void {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(
    'https://shop.example' + path,
  );
}

export function referredBy(referrer: string): void {
  Object.defineProperty(document, 'referrer', { value: referrer, configurable: true });
}

/** Keys of the tracker's in all storage. */
export function storedKeys(): string[] {
  return [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) =>
    key.startsWith('clickstream'),
  );
}

export function queuedKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith('clickstream.queue'));
}
