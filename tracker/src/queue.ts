/**
 * Events that the server hasn't acknowledged, each under a key of its own in local storage, so that
 * tabs that write at once never overwrite one another. The keys sort by time. What storage doesn't
 * take stays in memory.
 */
import { local, write } from './storage.js';

const PREFIX = 'clickstream.queue.';

/** Seven days: as long as the warehouse accepts the client's own times. */
const MAX_AGE_MS = 604_800_000;

/** About 2 MB of the 10 that an origin has. */
const MAX_EVENTS = 2_000;

const memory = new Map<string, string>();
let count = 0;

/** @param time at which the event happened */
export function put(time: number, eventId: string, event: string): void {
  // Events of the same millisecond keep their order by a count of fixed width.
  const key = `${PREFIX}${time}.${1e6 + count++}.${eventId}`;
  if (!write(local(), key, event)) {
    memory.set(key, event);
  }
  // Each delivery sees to the bounds, but there may be none for long.
  if (count % 100 === 0) {
    keys();
  }
}

/** Oldest first; what is too old, or too much, is dropped. */
export function keys(): string[] {
  const oldest = PREFIX + (Date.now() - MAX_AGE_MS);
  // Object.keys would look at each value: twenty times slower in Chromium.
  return [...(Reflect.ownKeys(local() ?? {}) as string[]), ...memory.keys()]
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .filter((key, place, all) => (place >= all.length - MAX_EVENTS && key > oldest) || remove(key));
}

/** Nothing when another tab has sent it meanwhile. */
export function get(key: string): string | null | undefined {
  return memory.get(key) ?? local()?.getItem(key);
}

export function remove(key: string): void {
  memory.delete(key);
  local()?.removeItem(key);
}
