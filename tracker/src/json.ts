import { attempt } from './storage.js';
import type { Payload } from './types.js';

/** The most values of a member: an element of a page that React has made leads to the whole page. */
const MAX_VALUES = 5_000;

/**
 * Returns a copy that consists of JSON values. A bigint becomes text, and an object inside itself is
 * left out. So is a member that cannot be read.
 */
export function jsonOf(payload: Payload | undefined): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name in payload) {
    /** The objects around the value that is being written. */
    const path: unknown[] = [];
    let count = 0;
    const replacer = function (this: unknown, _name: string, value: unknown): unknown {
      path.length = path.indexOf(this) + 1;
      return path.includes(value) || ++count > MAX_VALUES
        ? undefined
        : (path.push(value), typeof value === 'bigint' ? `${value}` : value);
    };
    attempt(() => (copy[name] = JSON.parse(JSON.stringify(payload[name], replacer))));
  }
  return copy;
}
