/**
 * Tells listeners when a router of Next.js shows an address. Both routers write each address into the
 * browser's history, the App Router marked by `__NA`, the Pages Router by `__N`. This module watches
 * the history from the moment that it runs, so that no navigation depends on when React hydrates a
 * component.
 */

/**
 * Hears of a navigation. The document still has the title of the page before.
 *
 * @param commits whether React is committing the page: the Pages Router renders it only afterwards
 */
export type NavigationListener = (commits: boolean) => void;

const listeners = new Set<NavigationListener>();

/**
 * Calls a listener after each address that the router shows, also when it is the same as before.
 *
 * @returns a function that removes the listener
 */
export function onNavigation(listener: NavigationListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

if (typeof window !== 'undefined') {
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method];
    history[method] = function (this: History, ...args) {
      original.apply(this, args);
      // Other scripts change the address too, such as those that remove campaign parameters. Once
      // the App Router is alive, it marks and shows their addresses as well.
      const state = args[0] as { __NA?: boolean; __N?: boolean } | null;
      if (state?.__NA || state?.__N) {
        listeners.forEach((listener) => listener(!!state.__NA));
      }
    };
  }
}
