import { closest, describe, meantBy } from './clicks.js';
import { createDelivery, MAX_BATCH } from './delivery.js';
import { CLIENT_KEY, forget, identify, type Ids } from './identity.js';
import { jsonOf } from './json.js';
import { cleaned, masked } from './privacy.js';
import { keys, put, remove } from './queue.js';
import type {
  ClickstreamEvent,
  Consent,
  PageContext,
  Payload,
  Tracker,
  TrackerOptions,
} from './types.js';
import { uuid } from './uuid.js';
import { VERSION } from './version.js';

const VIEW = /^(page|home|category|product)_view$/;

/** The named members of an event, without the index signature. */
type KnownMembers = {
  [Name in keyof ClickstreamEvent as string extends Name ? never : Name]: ClickstreamEvent[Name];
};

/** An event without ids. */
type Draft = Omit<KnownMembers, keyof Ids>;

/** The privacy settings that a browser may expose. */
type PrivacySignals = Pick<Navigator, 'doNotTrack'> & { globalPrivacyControl?: boolean };

/** The most events that wait in memory for consent. */
const MAX_HELD = 1_000;

/**
 * Creates a page's tracker. It tracks clicks from then on, unless `clicks` is false. On a server it does
 * nothing.
 */
export function createTracker(options: TrackerOptions = {}): Tracker {
  const { endpoint, beforeSend } = options;
  const [retry, added, hurry] = createDelivery(
    endpoint!,
    Math.min(options.batchSize || 1, MAX_BATCH),
    options.flushIntervalMs || 5_000,
    () => consent === 'granted' && !!endpoint,
  );
  const held: Draft[] = [];

  let consent: Consent = 'granted';
  let userId: string | null = null;
  let identitySource: string | undefined;
  let url: string | undefined;
  let referrer: string | null;
  let viewedUrl: string | undefined;
  let repeatView: (() => void) | undefined;
  let echo: Element | null | undefined;

  /** Wraps a function so that it never throws into the host page. */
  function guarded<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        if (typeof window !== 'undefined') {
          return run(...args);
        }
      } catch (error) {
        console.error('clickstream:', error);
      }
      return undefined as R;
    };
  }

  function listen(types: string, listener: (event: never) => void): void {
    types
      .split(' ')
      .forEach((type) => addEventListener(type, guarded(listener) as (event: Event) => void, true));
  }

  function page(): PageContext {
    const now = location.href.split('#')[0]!;
    if (url !== now) {
      // A route change does not update document.referrer.
      referrer = url ?? (document.referrer || null);
      url = now;
    }
    return {
      clientTimestamp: new Date().toISOString(),
      userId,
      userLoginState: userId ? 'logged_in' : 'guest',
      identity_source: identitySource,
      pageUrl: location.href,
      pageTitle: document.title,
      referrer,
    };
  }

  function track(eventName: string, payload?: Payload, at: PageContext = page()): void {
    const event: Draft = {
      // A copy: the page and `beforeSend` must not change each other's objects.
      ...jsonOf(payload),
      eventId: uuid(),
      eventName,
      ...at,
      pageUrl: cleaned(at.pageUrl, options.queryParameters),
      pageTitle: masked(at.pageTitle),
      referrer: at.referrer && cleaned(at.referrer, options.queryParameters),
      language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      viewport: { width: innerWidth, height: innerHeight },
      trackerVersion: VERSION,
    };
    const again = () => track(eventName, payload);
    if (VIEW.test(eventName)) {
      repeatView = again;
      viewedUrl = at.pageUrl;
    }
    if ((document as Document & { prerendering?: boolean }).prerendering) {
      // The browser renders the page in advance: the event counts when the visitor sees the page.
      listen('prerenderingchange', again);
    } else if (consent === 'granted') {
      admit(event);
    } else if (consent === 'pending' && held.length < MAX_HELD) {
      held.push(event);
    }
  }

  /** Adds the ids, which may be created and stored only with consent, and queues the event. */
  function admit(draft: Draft): void {
    const time = Date.parse(draft.clientTimestamp);
    const identified: ClickstreamEvent = { ...draft, ...identify(time) };
    const event = beforeSend ? beforeSend(identified) : identified;
    // `beforeSend` may also return nothing or a promise by mistake.
    if (!event?.eventId) {
      return;
    }
    if (options.debug || !endpoint) {
      console.log('clickstream:', event);
    }
    if (endpoint) {
      put(identified.eventId, JSON.stringify(jsonOf(event)));
      added();
    }
  }

  function setConsent(decision: Consent): void {
    const browser: PrivacySignals = navigator;
    const refused =
      (options.respectGpc !== false && browser.globalPrivacyControl) ||
      (options.respectDnt && browser.doNotTrack === '1');
    consent = refused ? 'denied' : decision;
    if (consent === 'denied') {
      held.splice(0);
      forget();
      keys().forEach(remove);
    } else if (consent === 'granted') {
      held.splice(0).forEach(guarded(admit));
      void retry();
    }
  }

  function onClick(event: MouseEvent): void {
    // The event's own target is the host of an open shadow root, not the element inside it.
    const target = event.composedPath()[0] as Element;
    const meant = target !== echo && meantBy(target);
    if (meant) {
      tracker.trackClick(meant);
    }
    // The browser repeats a click on a label as a click on the labelled field.
    echo = (closest(target, 'label') as HTMLLabelElement | undefined)?.control;
    setTimeout(() => (echo = null));
  }

  const tracker: Tracker = {
    trackPageView: guarded((payload) => track('page_view', payload)),
    trackClick: guarded((element, payload) =>
      track('click', { element: describe(element, options.dataAttributes), ...payload }),
    ),
    trackCustom: guarded(track),
    setUser: guarded((id, source) => {
      userId = id || null;
      identitySource = id ? source : undefined;
    }),
    setConsent: guarded(setConsent),
    page: guarded(page),
    viewed: guarded((pageUrl = location.href) => viewedUrl === pageUrl),
    flush: guarded(retry),
  };

  guarded(() => {
    page();
    if (!endpoint) {
      console.warn('clickstream:', 'no endpoint');
    }
    setConsent(options.consent || 'granted');
    if (options.clicks !== false) {
      listen('click', onClick);
    }
    listen('online pageshow', ({ persisted }: PageTransitionEvent) => {
      // Restored from the back/forward cache: the page is seen again without being loaded.
      if (persisted) {
        repeatView?.();
      }
      void retry();
    });
    listen('visibilitychange pagehide', hurry);
    // A denial holds in all tabs. Nothing else removes this key.
    listen('storage', ({ key, newValue }: StorageEvent) => {
      if (key === CLIENT_KEY && !newValue) {
        setConsent('denied');
      }
    });
  })();
  return tracker;
}
