/**
 * Tells listeners when the Next.js App Router shows an address. The router writes each address into
 * the browser's history as it commits the page, marked by `__NA`. This module watches the history
 * from the moment that it runs, so that no navigation depends on when React hydrates a component.
 */

const listeners = new Set<() => void>();

/**
 * Calls a listener after each address that the router shows, also when it is the same as before.
 *
 * @returns a function that removes the listener
 */
export function onNavigation(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

if (typeof window !== 'undefined') {
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method];
    history[method] = function (this: History, ...args) {
      original.apply(this, args);
      // Other scripts change the address too, such as those that remove campaign parameters. Once
      // the router is alive, it marks and shows their addresses as well.
      if ((args[0] as { __NA?: boolean } | null)?.__NA) {
        listeners.forEach((listener) => listener());
      }
    };
  }
}
