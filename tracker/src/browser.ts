/**
 * The entry point of `dist/clickstream.js`, for pages without a bundler. Options are the script's data
 * attributes. Calls that the page makes before the script has loaded wait in the stub's queue.
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

// A page that includes the script twice starts one tracker.
if (!stub?.page) {
  const settings: Record<string, unknown> = {};
  const data = document.querySelector<HTMLElement>('script[data-endpoint]')?.dataset;
  for (const name in data) {
    // Numbers and booleans are parsed, any other value is text.
    settings[name] = attempt(() => JSON.parse(data[name]!)) ?? data[name];
  }
  const tracker = createTracker({ ...settings, ...stub?.options });
  const call = (...[method, ...args]: Call): unknown =>
    (tracker[method] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
  self.clickstream = Object.assign(call, tracker);
  stub?.q?.forEach((waiting) => call(...waiting));
  // The view waits for the whole page: it has its title then, and may have sent its own view.
  const view = () => setTimeout(() => tracker.viewed() || tracker.trackPageView());
  if (settings.view !== false) {
    if (document.readyState === 'loading') {
      addEventListener('DOMContentLoaded', view);
    } else {
      view();
    }
  }
}
