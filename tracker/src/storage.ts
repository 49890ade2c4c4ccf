/** Runs what a browser may forbid: storage can be blocked or full. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    // It did.
  }
  return;
}

/** Where something is kept. */
export type Area = () => Storage;
export const local: Area = () => localStorage;
export const session: Area = () => sessionStorage;

/** What storage didn't take, for as long as the page lasts. */
const memory = new Map<string, string>();

export function read(area: Area, key: string): string | null | undefined {
  return memory.get(key) ?? attempt(area)?.getItem(key);
}

/** Whether it outlives the page. */
export function write(area: Area, key: string, value: string): boolean {
  memory.set(key, value);
  return !!attempt(() => {
    area().setItem(key, value);
    return memory.delete(key);
  });
}

export function erase(area: Area, key: string): void {
  memory.delete(key);
  attempt(area)?.removeItem(key);
}

/** Of everything in an area and in memory. */
export function keysOf(area: Area): string[] {
  // Object.keys would look at each value: twenty times slower in Chromium.
  return [...(Reflect.ownKeys(attempt(area) ?? {}) as string[]), ...memory.keys()];
}
