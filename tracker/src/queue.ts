/**
 * The queue of events that the server has not acknowledged. Each event has its own key in local
 * storage, so that tabs never overwrite each other's. Keys sort by time. Events that storage does not
 * accept stay in memory.
 */
import { allKeys, erase, local, read, write } from './storage.js';

const PREFIX = 'clickstream.queue.';

/** Seven days: the warehouse accepts the client's times for as long. */
const MAX_AGE_MS = 604_800_000;

/** About 2 MB of an origin's 10 MB. */
const MAX_EVENTS = 2_000;

let count = 0;

/**
 * Adds an event.
 *
 * @param time when the event happened, in milliseconds since the epoch
 * @param event the event as JSON
 */
export function put(time: number, eventId: string, event: string): void {
  // A counter of fixed width keeps the order of events of the same millisecond.
  write(local, `${PREFIX}${time}.${1e6 + count++}.${eventId}`, event);
}

/** Returns the keys, oldest first, and drops events beyond the bounds of age and number. */
export function keys(): string[] {
  const oldest = PREFIX + (Date.now() - MAX_AGE_MS);
  return allKeys()
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .filter((key, place, all) => (place >= all.length - MAX_EVENTS && key > oldest) || remove(key));
}

/** Returns an event; nothing if another tab has sent it meanwhile. */
export const get = (key: string) => read(local, key);

/** Removes an event. */
export const remove = (key: string) => erase(local, key);
