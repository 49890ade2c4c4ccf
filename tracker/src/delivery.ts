import { get, keys as queued, remove } from './queue.js';

/** Bytes of one request. Browsers allow 64 KiB in flight when a page is left. */
const MAX_BYTES = 60_000;
/** Events of one request. */
export const MAX_BATCH = 100;
const TIMEOUT_MS = 30_000;

// Each pause is extended by up to its own length at random, so that browsers do not retry together.
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 150_000;

/** The keys of queued events, the request's body, and the body's length in bytes. */
type Batch = [keys: string[], body: string, bytes: number];

/**
 * Creates the delivery of queued events.
 *
 * It sends the oldest events first and one request after another, so that events arrive in order. One
 * tab at a time sends for all tabs. An event leaves the queue when the server has acknowledged it, or
 * refused it for a reason that lies in the event.
 *
 * @param endpoint the URL to POST to
 * @param batchSize the most events of one request
 * @param intervalMs how long an incomplete batch waits, in milliseconds
 * @param allowed returns whether requests are allowed now
 */
export function createDelivery(
  endpoint: string,
  batchSize: number,
  intervalMs: number,
  allowed: () => boolean,
) {
  /** Keys that are not sent now: in flight, or refused for a reason that may lie in the endpoint. */
  const aside = new Set<string>();
  /** Bytes that may still be in flight. */
  let room = MAX_BYTES;
  let failures = 0;
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  // 0 if there is none.
  let flushTimer: ReturnType<typeof setTimeout> | 0 = 0;
  let retryTimer: ReturnType<typeof setTimeout> | 0 = 0;

  /** Returns the next batch; it is empty if nothing can be sent now. */
  function next(): Batch {
    const sentAt = `,"sentAt":"${new Date().toISOString()}"}`;
    const keys: string[] = [];
    let body = '';
    let bytes = 2;
    // The list enforces the queue's bounds, also while nothing is sent.
    for (const key of queued()) {
      const event = allowed() && !retryTimer && !aside.has(key) && get(key);
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

  /** @param hurried whether the page may end at any moment, without time for JSON's preflight */
  async function post([keys, body, bytes]: Batch, hurried?: boolean): Promise<void> {
    keys.forEach((key) => aside.add(key));
    room -= bytes;
    let response: Response | undefined;
    try {
      response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'Content-Type': hurried ? 'text/plain' : 'application/json' },
        body,
        credentials: 'omit',
        keepalive: bytes <= MAX_BYTES,
        signal: AbortSignal.timeout?.(TIMEOUT_MS),
      });
      // Chromium counts a request as pending until its body is read, and limits pending requests.
      await response.text();
    } catch {
      // Offline, blocked or too slow.
    }
    keys.forEach((key) => aside.delete(key));
    room += bytes;
    const status = response?.status as unknown as string;
    const refused = /^4(?!29)/.test(status);
    if (refused && keys.length > 1) {
      // One event is at fault, or the server accepts no batches: events are sent one by one.
      batchSize = 1;
    } else if (/^(2|400|413|422)/.test(status)) {
      // Acknowledged, or the event itself is at fault, so that a retry would be useless.
      keys.forEach(remove);
      failures = 0;
    } else {
      if (refused) {
        // The endpoint may be at fault: the next page retries the event, this one sends the others.
        aside.add(keys[0]!);
      }
      if (!retryTimer) {
        const asked = +(response?.headers.get('Retry-After') as string) * 1_000 || 0;
        const pause = Math.min(asked + FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS);
        retryTimer = setTimeout(
          () => {
            retryTimer = 0;
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

  /** Sends now, unless it waits for a retry. */
  function flush(): Promise<void> {
    flushTimer = waiting = 0;
    // Without locks, tabs may send the same event; the warehouse removes the duplicate.
    return (last = last
      .then(() => navigator.locks.request('clickstream', drain))
      .catch(drain) as Promise<void>);
  }

  /** Sends now; pauses begin at the shortest again, as the network may need a moment. */
  function retry(): Promise<void> {
    clearTimeout(retryTimer);
    retryTimer = failures = 0;
    return flush();
  }

  /** Must be called after an event was queued. */
  function added(): void {
    if (++waiting >= batchSize) {
      void flush();
    } else {
      flushTimer ||= setTimeout(flush, intervalMs);
    }
  }

  /** Sends what fits into flight at once, in parallel: the page may be frozen or left. */
  function hurry(): void {
    let batch;
    while ((batch = next())[1] && batch[2] <= room) {
      void post(batch, true);
    }
  }

  // A tuple, because the names of an object's members would be part of the minified script.
  return [retry, added, hurry] as const;
}
