import { createTracker, type Consent } from '@clickstream/tracker';
import { stored } from './storage';

export const CONSENT_KEY = 'shop.consent';
export const USER_KEY = 'shop.user';

/** The service that issues the shop's user ids. */
export const IDENTITY_SOURCE = 'shop';

const inBrowser = typeof window !== 'undefined';

/** The shop's only tracker. On the server it does nothing. */
export const tracker = createTracker({
  // The outlet's filter; without it, addresses would be sent without this parameter.
  queryParameters: ['brand'],
  endpoint: process.env.NEXT_PUBLIC_CLICKSTREAM_ENDPOINT,
  batchSize: Number(process.env.NEXT_PUBLIC_CLICKSTREAM_BATCH_SIZE) || undefined,
  flushIntervalMs: Number(process.env.NEXT_PUBLIC_CLICKSTREAM_FLUSH_INTERVAL_MS) || undefined,
  consent: inBrowser ? stored<Consent>(CONSENT_KEY) : undefined,
  debug: true,
});

// Set before the first event, so that all events carry the user.
tracker.setUser((inBrowser && stored<{ id: string }>(USER_KEY)?.id) || null, IDENTITY_SOURCE);

export const { trackPageView, trackClick, trackCustom } = tracker;
