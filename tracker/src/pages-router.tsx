'use client';

import { useEffect } from 'react';
import { ViewsProvider, type ClickstreamProviderProps } from './context.js';
import type { Views } from './views.js';

export { useTracker, useView, type ClickstreamProviderProps } from './context.js';
export type { View } from './views.js';

/**
 * Sends one view per navigation of the Next.js Pages Router. Put it in `pages/_app`, around the page.
 * It imports nothing of Next.js, because a package cannot import it on the server in each version.
 */
export function ClickstreamProvider(props: ClickstreamProviderProps) {
  return <ViewsProvider {...props} router={(views) => <Page views={views} />} />;
}

/** Starts the time to name a view. The router renders `_app` for each page that it shows. */
function Page({ views }: { readonly views: Views }) {
  useEffect(() => views.rendered());
  return null;
}
