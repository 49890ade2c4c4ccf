'use client';

import {
  createContext,
  useContext,
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import type { Tracker } from './types.js';
import { viewsOf, type View, type ViewOptions, type Views } from './views.js';

const Clickstream = createContext<{ tracker: Tracker; views: Views } | null>(null);

/**
 * Runs with the commit of a page. Other effects may run so late that a quick visitor has left the page.
 * On the server, React 18 warns of layout effects.
 */
const useCommitEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** Properties of a ClickstreamProvider. */
export interface ClickstreamProviderProps extends ViewOptions {
  /** The tracker that sends the views. */
  readonly tracker: Tracker;
  /** The content of the root layout, or the page. */
  readonly children: ReactNode;
}

/**
 * Provides the tracker and its views to the content of a page.
 *
 * @param router returns the component that tells the views of the router's navigations
 */
export function ViewsProvider({
  tracker,
  holdMs,
  filterParameters,
  children,
  router,
}: ClickstreamProviderProps & { readonly router: (views: Views) => ReactNode }) {
  const [clickstream] = useState(() => ({
    tracker,
    views: viewsOf(tracker, { holdMs, filterParameters }),
  }));
  useEffect(() => clickstream.views.listen(), [clickstream]);
  return (
    <Clickstream.Provider value={clickstream}>
      {children}
      {router(clickstream.views)}
    </Clickstream.Provider>
  );
}

function useClickstream() {
  const clickstream = useContext(Clickstream);
  if (!clickstream) {
    throw new Error(
      'Cannot track views: there is no ClickstreamProvider around this component. Put one into the root layout or pages/_app.',
    );
  }
  return clickstream;
}

/** Returns the provider's tracker, for events that a page sends itself. */
export function useTracker(): Tracker {
  return useClickstream().tracker;
}

/**
 * Names the page's view, which then replaces `page_view`: `useView((tracker) =>
 * productView(tracker, product), [product.id])`.
 *
 * @param view sends the view
 * @param subject identifies what is viewed; a page that stays mounted while it changes has another
 *   view
 */
export function useView(view: View, subject: readonly unknown[] = []): void {
  const { views } = useClickstream();
  const newest = useRef(view);
  // Before the effects that note a navigation: a page that stays mounted sends what it shows now.
  useInsertionEffect(() => {
    newest.current = view;
  });
  useCommitEffect(
    () => views.describe(() => newest.current),
    // The caller lists what is viewed.
    [views, ...subject],
  );
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as above
  useEffect(() => views.rendered(), [views, ...subject]);
}
