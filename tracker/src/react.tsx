'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { Suspense, useEffect, useLayoutEffect } from 'react';
import { ViewsProvider, type ClickstreamProviderProps } from './context.js';
import type { Views } from './views.js';

export { useTracker, useView, type ClickstreamProviderProps } from './context.js';
export type { View } from './views.js';

/**
 * Sends one view per navigation of the Next.js App Router. Put it in the root layout, around all
 * content.
 */
export function ClickstreamProvider(props: ClickstreamProviderProps) {
  return (
    <ViewsProvider
      {...props}
      router={(views) => (
        // A page whose search parameters are read outside a Suspense boundary cannot be static.
        <Suspense fallback={null}>
          <Navigations views={views} />
        </Suspense>
      )}
    />
  );
}

/**
 * Notes a navigation before the effects of its page, so that its view precedes their events. React
 * may hydrate this component late; until then, the browser's history is the source.
 */
function Navigations({ views }: { readonly views: Views }) {
  const address = `${usePathname()}?${useSearchParams()}`;
  useLayoutEffect(() => views.shown(), [views, address]);
  useEffect(() => views.rendered(), [views, address]);
  return null;
}
