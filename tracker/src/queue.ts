/**
 * Events that the server hasn't acknowledged, each under a key of its own in local storage, so that
 * tabs that write at once never overwrite one another. The keys sort by time. What storage doesn't
 * take stays in memory.
 */
import { erase, keysOf, local, read, write } from './storage.js';

const PREFIX = 'clickstream.queue.';

/** Seven days: as long as the warehouse accepts the client's own times. */
const MAX_AGE_MS = 604_800_000;

/** About 2 MB of the 10 that an origin has. */
const MAX_EVENTS = 2_000;

let count = 0;

/** @param time at which the event happened */
export function put(time: number, eventId: string, event: string): void {
  // Events of the same millisecond keep their order by a count of fixed width.
  write(local, `${PREFIX}${time}.${1e6 + count++}.${eventId}`, event);
  // Each delivery sees to the bounds, but there may be none for long.
  if (count % 100 === 0) {
    keys();
  }
}

/** Oldest first; what is too old, or too much, is dropped. */
export function keys(): string[] {
  const oldest = PREFIX + (Date.now() - MAX_AGE_MS);
  return keysOf(local)
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .filter((key, place, all) => (place >= all.length - MAX_EVENTS && key > oldest) || remove(key));
}

/** Nothing when another tab has sent it meanwhile. */
export const get = (key: string) => read(local, key);

export const remove = (key: string) => erase(local, key);
