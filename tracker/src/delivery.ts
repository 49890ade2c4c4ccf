import { get, keys as queued, remove } from './queue.js';

/** Most that browsers let a page have on its way when it is left is 64 KiB. */
const MAX_BYTES = 60_000;
export const MAX_BATCH = 100;
const TIMEOUT_MS = 30_000;

// Up to as much is added at random, lest all browsers come back at once.
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 150_000;

/** The keys of queued events, the request's body, and its length. */
type Batch = [keys: string[], body: string, bytes: number];

/**
 * Sends what is queued, oldest first and one request after another, so that events arrive in their
 * order. Of several tabs one sends at a time, for all. An event leaves the queue only when the
 * server has acknowledged or refused it.
 *
 * @param allowed whether anything may be sent at present
 */
export function createDelivery(
  endpoint: string,
  batchSize: number,
  intervalMs: number,
  allowed: () => boolean,
) {
  /** Not to be sent now: under way, or refused for a reason that may be another one than the event. */
  const aside = new Set<string>();
  let room = MAX_BYTES;
  let failures = 0;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  /** As many events as fit into a request, or none that may and can be sent now. */
  function next(): Batch {
    const sentAt = `,"sentAt":"${new Date().toISOString()}"}`;
    const keys: string[] = [];
    let body = '';
    let bytes = 2;
    for (const key of allowed() && !retryTimer ? queued() : []) {
      const event = !aside.has(key) && get(key);
      if (event) {
        const stamped = event.slice(0, -1) + sentAt;
        const more = bytes + new Blob([stamped]).size + 1;
        if (body && (keys.length >= batchSize || more > MAX_BYTES)) {
          break;
        }
        bytes = more;
        keys.push(key);
        body += (body && ',') + stamped;
      }
    }
    return [keys, keys.length > 1 ? `[${body}]` : body, bytes];
  }

  /** @param hurried the page may end at any moment: no time for the preflight that JSON needs */
  async function post([keys, body, bytes]: Batch, hurried?: boolean): Promise<void> {
    keys.forEach((key) => aside.add(key));
    room -= bytes;
    let answer: Response | undefined;
    try {
      if (hurried && !('keepalive' in Request.prototype)) {
        // Nobody tells whether a beacon arrived, so the events stay queued, as if it had failed.
        await navigator.sendBeacon(endpoint, body);
      } else {
        answer = await fetch(endpoint, {
          method: 'POST',
          headers: { 'Content-Type': hurried ? 'text/plain' : 'application/json' },
          body,
          credentials: 'omit',
          keepalive: bytes <= MAX_BYTES,
          signal: AbortSignal.timeout?.(TIMEOUT_MS),
        });
        // Chromium counts a request whose answer isn't read as under way, and allows some hundred.
        await answer.text();
      }
    } catch {
      // Offline, blocked or too slow.
    }
    keys.forEach((key) => aside.delete(key));
    room += bytes;
    const status = answer?.status ?? 0;
    const refused = status >= 400 && status < 500 && status !== 429;
    if (refused && keys.length > 1) {
      // One of them is at fault, or the server takes no batches: one by one tells.
      batchSize = 1;
    } else if (answer?.ok || [400, 413, 422].includes(status)) {
      // Also when the event itself is at fault: again would be useless.
      keys.forEach(remove);
      failures = 0;
    } else {
      if (refused) {
        // The endpoint may be at fault, so the next page tries it again; here it lets others pass.
        aside.add(keys[0]!);
      }
      if (!retryTimer) {
        const asked = +answer?.headers.get('Retry-After')! * 1_000 || 0;
        const pause = Math.min(asked + FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS);
        retryTimer = setTimeout(
          () => {
            retryTimer = undefined;
            void flush();
          },
          pause * (1 + Math.random()),
        );
      }
    }
  }

  async function drain(): Promise<void> {
    let batch;
    while ((batch = next())[1]) {
      await post(batch);
    }
  }

  /** Sends now, unless a failure is being waited out. */
  function flush(): Promise<any> {
    flushTimer = undefined;
    waiting = 0;
    // Where there are no locks, or none allowed, tabs may send the same event; that is harmless.
    return (last = last.then(() => navigator.locks.request('clickstream', drain)).catch(drain));
  }

  /** Sends now, and begins to wait anew if that fails: being online may take a moment to be true. */
  function retry(): Promise<any> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    failures = 0;
    return flush();
  }

  return {
    retry,

    /** Something was put into the queue. */
    added(): void {
      if (++waiting >= batchSize) {
        void flush();
      } else {
        flushTimer ??= setTimeout(flush, intervalMs);
      }
    },

    /** The page may be hidden, frozen or left: whatever fits goes out at once, side by side. */
    hurry(): void {
      let batch;
      while ((batch = next())[1] && batch[2] <= room) {
        void post(batch, true);
      }
    },
  };
}
