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
import { Views, type View } from './views.js';

export type { View } from './views.js';

const Clickstream = createContext<{ tracker: Tracker; views: Views } | null>(null);

export interface ClickstreamProviderProps {
  readonly tracker: Tracker;
  /** How long a page view waits for {@link useView}, in milliseconds. 1,000 unless told. */
  readonly holdMs?: number;
  readonly children: ReactNode;
}

/** Stands in the root layout: sends one view for each navigation of the App Router. */
export function ClickstreamProvider({
  tracker,
  holdMs = 1_000,
  children,
}: ClickstreamProviderProps) {
  const [clickstream] = useState(() => ({ tracker, views: new Views(tracker, holdMs) }));
  return (
    <Clickstream.Provider value={clickstream}>
      {children}
      {/* Reading search parameters would keep pages from being static without it. */}
      <Suspense fallback={null}>
        <Navigations views={clickstream.views} />
      </Suspense>
    </Clickstream.Provider>
  );
}

function Navigations({ views }: { readonly views: Views }) {
  const url = `${usePathname()}?${useSearchParams()}`;
  // Before the effects of the page, so that the view comes first of what happens there.
  useLayoutEffect(() => views.navigated(url), [views, url]);
  useEffect(() => {
    const onHidden = () => document.visibilityState === 'hidden' && views.release();
    // Before the tracker's own listeners, which send what is queued.
    addEventListener('visibilitychange', onHidden, true);
    addEventListener('pagehide', views.release, true);
    return () => {
      removeEventListener('visibilitychange', onHidden, true);
      removeEventListener('pagehide', views.release, true);
    };
  }, [views]);
  return null;
}

function useClickstream() {
  const clickstream = useContext(Clickstream);
  if (!clickstream) {
    throw new Error('There is no ClickstreamProvider around this component');
  }
  return clickstream;
}

/** The tracker, for events that the page tells itself. */
export function useTracker(): Tracker {
  return useClickstream().tracker;
}

/**
 * The page's view, in place of `page_view`: `useView((tracker) => productView(tracker, product),
 * [product.id])`.
 *
 * @param subject what the view is of; a page that stays mounted while that changes has another view
 */
export function useView(view: View, subject: readonly unknown[] = []): void {
  const { views } = useClickstream();
  const newest = useRef(view);
  useEffect(() => {
    newest.current = view;
  });
  useEffect(() => views.describe((tracker) => newest.current(tracker)), [views, ...subject]);
}
