/** Whether the visitor may be measured: not decided yet, yes, or no. */
export type Consent = 'pending' | 'granted' | 'denied';

/** What an event tells of a product. Prices are plain numbers in the shop's currency. */
export interface Product {
  readonly id?: string;
  readonly name?: string;
  readonly category?: string;
  readonly brand?: string;
  readonly price?: number;
  readonly discountPrice?: number;
  readonly urlPath?: string;
}

/** What an event tells of a clicked element. */
export interface ClickedElement {
  /** Upper case, but for what is drawn (SVG). */
  readonly tag: string;
  /** Empty when the element has none. */
  readonly id: string;
  readonly role: string | null;
  /** At most 160 characters; empty for inputs and for what is private. */
  readonly text: string;
  /** The `data-*` attributes. */
  readonly dataset: Readonly<Record<string, string>>;
}

/** Where, when and by whom something was done; see {@link Tracker.page}. */
export interface PageContext {
  readonly clientTimestamp: string;
  readonly userId: string | null;
  readonly userLoginState: 'guest' | 'logged_in';
  readonly identity_source?: string;
  readonly pageUrl: string;
  readonly pageTitle: string;
  readonly referrer: string | null;
}

/** Further members of an event, as JSON has them; they stand beside the tracker's own, which win. */
export type Payload = Readonly<Record<string, unknown>>;

/** An event as it is queued. Each try to send it adds `sentAt`. */
export interface ClickstreamEvent extends PageContext {
  readonly eventId: string;
  readonly eventName: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly isFirstVisit: boolean;
  readonly language: string;
  readonly timezone: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly trackerVersion: string;
  readonly product?: Product;
  readonly element?: ClickedElement;
  readonly [name: string]: unknown;
}

export interface TrackerOptions {
  /** Where to POST. Without one nothing leaves the browser: events are logged, after one warning. */
  readonly endpoint?: string;
  /** Events in one POST, 1 to 100. 1 (the default) sends each at once, as a single object. */
  readonly batchSize?: number;
  /** How long a batch that isn't full waits, in milliseconds. 5,000 unless told. */
  readonly flushIntervalMs?: number;
  /** Where consent stands when the page loads; `granted` unless told. */
  readonly consent?: Consent;
  /** Treats Global Privacy Control as a `denied` that nothing overrides. Off unless told. */
  readonly respectGpc?: boolean;
  /** Treats Do Not Track as a `denied` that nothing overrides. Off unless told. */
  readonly respectDnt?: boolean;
  /** Sends an event for each click. On unless told. */
  readonly clicks?: boolean;
  /** Logs each event to the console. Off unless told. */
  readonly debug?: boolean;
  /** Changes an event before it is stored or sent, or drops it by null; so does one that throws. */
  readonly beforeSend?: (event: ClickstreamEvent) => ClickstreamEvent | null;
}

/** No method throws; on a server none does anything. */
export interface Tracker {
  /** A view of the current page. */
  trackPageView(payload?: Payload): void;
  /** A click on an element. The listener for all clicks calls it; it is there for what it can't see. */
  trackClick(element: Element, payload?: Payload): void;
  /**
   * Any other event.
   *
   * @param page where, when and by whom, if not here, now and by the current user
   */
  trackCustom(eventName: string, payload?: Payload, page?: PageContext): void;
  /** Whose events follow; null for a guest. Not stored: call it on each load. */
  setUser(userId: string | null, identitySource?: string): void;
  /**
   * `granted` sends what was held while `pending`, with the times at which it happened; `denied`
   * forgets it, and erases ids and queue, in other tabs too.
   */
  setConsent(consent: Consent): void;
  /** The page, the time and the user as they are now. */
  page(): PageContext;
  /** Whether the last view was of an address; the current one unless told. */
  viewed(pageUrl?: string): boolean;
  /** Sends what is queued, now; resolves when that is done or has failed. */
  flush(): Promise<void>;
}
