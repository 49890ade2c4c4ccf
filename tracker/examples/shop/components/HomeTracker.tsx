'use client';

import { useView } from '@clickstream/tracker/react';
import { homeView } from '../lib/clickstreamEvents';

export function HomeTracker() {
  useView(homeView);
  return null;
}
