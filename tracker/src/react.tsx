'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import {
  createContext,
  Suspense,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import type { Tracker } from './types.js';
import { viewsOf, type View, type Views } from './views.js';

export type { View } from './views.js';

const Clickstream = createContext<{ tracker: Tracker; views: Views } | null>(null);

/** Properties of {@link ClickstreamProvider}. */
export interface ClickstreamProviderProps {
  /** The tracker that sends the views. */
  readonly tracker: Tracker;
  /** How long a page view waits for {@link useView}, in milliseconds. The default is 1,000. */
  readonly holdMs?: number;
  /** The content of the root layout. */
  readonly children: ReactNode;
}

/**
 * Sends one view per navigation of the Next.js App Router. Put it in the root layout, around all
 * content.
 */
export function ClickstreamProvider({
  tracker,
  holdMs = 1_000,
  children,
}: ClickstreamProviderProps) {
  const [clickstream] = useState(() => ({ tracker, views: viewsOf(tracker, holdMs) }));
  useEffect(() => clickstream.views.listen(), [clickstream]);
  return (
    <Clickstream.Provider value={clickstream}>
      {children}
      {/* A page whose search parameters are read outside a Suspense boundary cannot be static. */}
      <Suspense fallback={null}>
        <Navigations views={clickstream.views} />
      </Suspense>
    </Clickstream.Provider>
  );
}

/**
 * Notes a navigation before the effects of its page, so that its view precedes their events. React
 * may hydrate this component late; until then, the browser's history is the source.
 */
function Navigations({ views }: { readonly views: Views }) {
  const address = `${usePathname()}?${useSearchParams()}`;
  useLayoutEffect(() => views.shown(), [views, address]);
  return null;
}

function useClickstream() {
  const clickstream = useContext(Clickstream);
  if (!clickstream) {
    throw new Error(
      'Cannot track views: there is no ClickstreamProvider around this component. Put one into the root layout.',
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
  useEffect(() => {
    newest.current = view;
  });
  useEffect(
    () => views.describe((tracker) => newest.current(tracker)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller lists what is viewed
    [views, ...subject],
  );
}
