import { get, keys as queued, remove } from './queue.js';

/** Most that browsers let a page have on its way when it is left is 64 KiB. */
const MAX_BYTES = 60_000;
const MAX_BATCH = 100;
const TIMEOUT_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;

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
  const onTheirWay = new Set<string>();
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
      const event = !onTheirWay.has(key) && get(key);
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
    keys.forEach((key) => onTheirWay.add(key));
    room -= bytes;
    let answer: { ok?: boolean; status?: number } | undefined;
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
        await (answer as Response).text();
      }
    } catch {
      // Offline, blocked or too slow.
    }
    keys.forEach((key) => onTheirWay.delete(key));
    room += bytes;
    // The event itself is at fault, not the network or the server: again would be useless.
    const refused = [400, 413, 422].includes(answer?.status ?? 0);
    if (refused && keys.length > 1) {
      // One of them is at fault, or the server takes no batches: one by one tells.
      batchSize = 1;
    } else if (answer?.ok || refused) {
      keys.forEach(remove);
      failures = 0;
    } else if (!retryTimer) {
      const delay = Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS);
      retryTimer = setTimeout(
        () => {
          retryTimer = undefined;
          void flush();
        },
        delay * (0.5 + Math.random() / 2),
      );
    }
  }

  async function drain(): Promise<void> {
    let batch;
    while ((batch = next())[1]) {
      await post(batch);
    }
  }

  /** Sends now, unless a failure is being waited out. */
  function flush(): Promise<unknown> {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    waiting = 0;
    // Where there are no locks, or none allowed, tabs may send the same event; that is harmless.
    return (last = last.then(() => navigator.locks.request('clickstream', drain)).catch(drain));
  }

  /** Sends now, and begins to wait anew if that fails: being online may take a moment to be true. */
  function retry(): Promise<unknown> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    failures = 0;
    return flush();
  }

  batchSize = Math.min(batchSize, MAX_BATCH);

  return {
    flush,
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
