/** Runs an action that the browser may forbid, because storage is blocked or full. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    // Forbidden: there is no result.
  }
  return;
}

/** Returns a storage area; throws where it is blocked. */
export type Area = () => Storage;
export const local: Area = () => localStorage;
export const session: Area = () => sessionStorage;

/** Values that storage did not accept; they last as long as the page. */
const memory = new Map<string, string>();

/** Returns a value, from memory or from a storage area. */
export function read(area: Area, key: string): string | null | undefined {
  return memory.get(key) ?? attempt(area)?.getItem(key);
}

/** Stores a value, in memory if necessary. Returns whether it outlives the page. */
export function write(area: Area, key: string, value: string): boolean {
  memory.set(key, value);
  return !!attempt(() => {
    area().setItem(key, value);
    return memory.delete(key);
  });
}

/** Removes a value from memory and from a storage area. */
export function erase(area: Area, key: string): void {
  memory.delete(key);
  attempt(area)?.removeItem(key);
}

/** Returns all keys of local storage and of memory. */
export function allKeys(): string[] {
  // Object.keys reads each value, which is 20 times slower in Chromium. jsdom's storage has a symbol.
  return [...Object.getOwnPropertyNames(attempt(local) ?? {}), ...memory.keys()];
}
