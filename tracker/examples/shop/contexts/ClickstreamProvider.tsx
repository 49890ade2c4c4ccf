'use client';

import { ClickstreamProvider as Provider } from '@clickstream/tracker/react';
import type { ReactNode } from 'react';
import { tracker } from '../lib/clickstreamClient';

/** Tracks one view per navigation and each click. The root layout contains it. */
export function ClickstreamProvider({ children }: { readonly children: ReactNode }) {
  return <Provider tracker={tracker}>{children}</Provider>;
}
