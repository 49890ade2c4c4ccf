/**
 * The queue of events that the server has not acknowledged. Each event has its own key in local
 * storage, so that tabs never overwrite each other's. Keys sort by time, as event ids do. Events that
 * storage does not accept stay in memory.
 */
import { allKeys, erase, local, read, write } from './storage.js';

const PREFIX = 'clickstream.queue.';

/** Seven days: the warehouse accepts the client's times for as long. */
const MAX_AGE_MS = 604_800_000;

/** About 2 MB of an origin's 10 MB. */
const MAX_EVENTS = 2_000;

/**
 * Adds an event.
 *
 * @param eventId a UUID of version 7
 * @param event the event as JSON
 */
export function put(eventId: string, event: string): void {
  write(local, PREFIX + eventId, event);
}

/** Returns the keys, oldest first, and drops events beyond the bounds of age and number. */
export function keys(): string[] {
  // An id begins with the time in hexadecimal digits. Its hyphen makes the bound up to 66 s shorter.
  const oldest = PREFIX + 0 + (Date.now() - MAX_AGE_MS).toString(16);
  return allKeys()
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .filter((key, place, all) => (place >= all.length - MAX_EVENTS && key > oldest) || remove(key));
}

/** Returns an event; nothing if another tab has sent it meanwhile. */
export const get = (key: string) => read(local, key);

/** Removes an event. */
export const remove = (key: string) => erase(local, key);
