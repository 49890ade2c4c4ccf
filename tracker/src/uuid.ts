let last = 0;

/**
 * Returns a UUID of version 7 (RFC 9562): the time in milliseconds, a counter of 8 bits, and random
 * bits. The ids of a page ascend, also if many have one millisecond or the clock is set back: then the
 * counter runs on, into the time if need be. `crypto.randomUUID` has no version 7, and is missing on
 * pages that are not encrypted.
 */
export const uuid = (): string =>
  // Thirteen digits in the years 2004 to 2527.
  (last = Math.max(Date.now() * 256, last + 1))
    .toString(16)
    .replace(/.{7}/, '0$&-')
    .replace(/.{13}/, '$&-7') +
  '0-8000-000000000000'.replace(/0/g, () =>
    // An array of one number converts to the number.
    ((crypto.getRandomValues(new Uint8Array(1)) as unknown as number) & 15).toString(16),
  );
