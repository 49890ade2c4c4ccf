'use client';

import { ClickstreamProvider as Provider } from '@clickstream/tracker/react';
import type { ReactNode } from 'react';
import { tracker } from '../lib/clickstreamClient';

/** One view for each navigation, and each click: stands in the root layout. */
export function ClickstreamProvider({ children }: { readonly children: ReactNode }) {
  return <Provider tracker={tracker}>{children}</Provider>;
}
