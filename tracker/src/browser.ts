/**
 * The start of `dist/clickstream.js`, for pages without a bundler. Options are the script's data
 * attributes; calls made before it is there wait in the stub's queue.
 */
import { attempt } from './storage.js';
import { createTracker } from './tracker.js';
import type { Tracker, TrackerOptions } from './types.js';

type Call = [keyof Tracker, ...unknown[]];
type Stub = { q?: Call[]; options?: TrackerOptions };

declare global {
  var clickstream: (Stub & Partial<Tracker>) | undefined;
}

const stub = self.clickstream;

// Twice on a page, it starts once.
if (!stub?.page) {
  const settings: Record<string, unknown> = {};
  const data = document.querySelector<HTMLElement>('script[data-endpoint]')?.dataset;
  for (const name in data) {
    // Numbers and booleans as such, anything else as text.
    settings[name] = attempt(() => JSON.parse(data[name]!)) ?? data[name];
  }
  const tracker = createTracker({ ...settings, ...stub?.options });
  const call = (...[method, ...args]: Call): unknown =>
    (tracker[method] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
  self.clickstream = Object.assign(call, tracker);
  stub?.q?.forEach((waiting) => call(...waiting));
  // Once the page is there: it has its title then, and may have told of a view of its own.
  const view = () => setTimeout(() => tracker.viewed() || tracker.trackPageView());
  if (settings.view !== false) {
    if (document.readyState === 'loading') {
      addEventListener('DOMContentLoaded', view);
    } else {
      view();
    }
  }
}
