/** Runs what a browser may forbid: storage can be blocked or full. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Undefined when it is blocked. */
export const local = (): Storage | undefined => attempt(() => localStorage);

/** Undefined when it is blocked. */
export const session = (): Storage | undefined => attempt(() => sessionStorage);

/** Whether it was written. */
export function write(
  storage: Storage | undefined,
  key: string,
  value: string,
): boolean | undefined {
  return attempt(() => storage && (storage.setItem(key, value), true));
}
