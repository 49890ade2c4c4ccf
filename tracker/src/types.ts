/** The visitor's decision on tracking: none yet, allowed, or refused. */
export type Consent = 'pending' | 'granted' | 'denied';

/** A product in an event. Prices are numbers in the shop's currency. */
export interface Product {
  readonly id?: string;
  readonly name?: string;
  readonly category?: string;
  readonly brand?: string;
  readonly price?: number;
  readonly discountPrice?: number;
  readonly urlPath?: string;
}

/** A clicked element in an event. */
export interface ClickedElement {
  /** The tag name: upper case for HTML, lower case for SVG. */
  readonly tag: string;
  /** The `id` attribute, or an empty text. */
  readonly id: string;
  /** The `role` attribute. */
  readonly role: string | null;
  /** At most 160 characters, without e-mail addresses and long numbers; empty for inputs and private elements. */
  readonly text: string;
  /** The listed `data-*` attributes; empty for private elements and passwords. */
  readonly dataset: Readonly<Record<string, string>>;
}

/** The page, time and user of an event; see {@link Tracker.page}. */
export interface PageContext {
  /** When the event happened by the browser's clock, in ISO 8601 and UTC. */
  readonly clientTimestamp: string;
  /** The user's id; null for a guest. */
  readonly userId: string | null;
  readonly userLoginState: 'guest' | 'logged_in';
  /** The service that issued the user's id. */
  readonly identity_source?: string;
  readonly pageUrl: string;
  readonly pageTitle: string;
  /** The previous address on this site, or the document's referrer on the first page. */
  readonly referrer: string | null;
}

/** Further members of an event, as JSON values. The tracker's own members take precedence. */
export type Payload = Readonly<Record<string, unknown>>;

/** A queued event. Each attempt to send it adds `sentAt`. */
export interface ClickstreamEvent extends PageContext {
  /** A UUID in the order of time (version 7); retries carry the same one. */
  readonly eventId: string;
  readonly eventName: string;
  /** The browser's id. */
  readonly clientId: string;
  /** The id of the tab's session, which ends after 30 minutes without an event. */
  readonly sessionId: string;
  /** True if the client id was created in this session. */
  readonly isFirstVisit: boolean;
  readonly language: string;
  readonly timezone: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly trackerVersion: string;
  readonly product?: Product;
  readonly element?: ClickedElement;
  readonly [name: string]: unknown;
}

/** The options of {@link createTracker}. */
export interface TrackerOptions {
  /** The URL to POST to. Without one, events are only logged, after one warning. */
  readonly endpoint?: string;
  /** The most events of one POST, 1 to 100. The default, 1, sends each at once as one object. */
  readonly batchSize?: number;
  /** How long an incomplete batch waits, in milliseconds. The default is 5,000. */
  readonly flushIntervalMs?: number;
  /** The consent when the page loads. The default is `granted`. */
  readonly consent?: Consent;
  /** Treats Global Privacy Control as a `denied` that nothing overrides. On by default. */
  readonly respectGpc?: boolean;
  /** Treats Do Not Track as a `denied` that nothing overrides. Off by default. */
  readonly respectDnt?: boolean;
  /**
   * Query parameters to keep in addresses, besides campaigns, click ids, page, sort and search. The
   * default is none.
   */
  readonly queryParameters?: readonly string[];
  /** `data-*` attributes of clicked elements to send, as names of `dataset`, besides a shop's usual ones. */
  readonly dataAttributes?: readonly string[];
  /** Sends an event for each click. On by default. */
  readonly clicks?: boolean;
  /** Logs each event to the console. Off by default. */
  readonly debug?: boolean;
  /** Returns the event to store and send, or null to drop it. An exception drops it too. */
  readonly beforeSend?: (event: ClickstreamEvent) => ClickstreamEvent | null;
}

/** Tracks the events of a page. Its methods never throw, and do nothing on a server. */
export interface Tracker {
  /** Sends `page_view` for the current page. */
  trackPageView(payload?: Payload): void;
  /** Sends `click` for an element; needed only for clicks that the page cannot see (iframes). */
  trackClick(element: Element, payload?: Payload): void;
  /**
   * Sends any other event.
   *
   * @param page the page, time and user, by default the current ones
   */
  trackCustom(eventName: string, payload?: Payload, page?: PageContext): void;
  /** Sets the user of later events; null for a guest. It is not stored: call it on each load. */
  setUser(userId: string | null, identitySource?: string): void;
  /**
   * Sets the consent. `granted` sends the events that were held while `pending`, with their own times.
   * `denied` drops them and erases ids and queue, also in other tabs.
   */
  setConsent(consent: Consent): void;
  /** Returns the current page, time and user. */
  page(): PageContext;
  /** Returns whether the last view was of an address, by default the current one. */
  viewed(pageUrl?: string): boolean;
  /** Sends queued events now; resolves when that has succeeded or failed. */
  flush(): Promise<void>;
}
