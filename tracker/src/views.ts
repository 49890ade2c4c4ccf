import type { EventSink } from './events.js';
import { onNavigation } from './navigations.js';
import type { PageContext, Tracker } from './types.js';

/** Sends a view by one of the helpers: `(tracker) => productView(tracker, product)`. */
export type View = (tracker: EventSink) => void;

/** A navigation whose view has not been sent yet. */
interface Pending {
  readonly path: string;
  page: PageContext;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Sends exactly one view for each navigation.
 *
 * 1. The router shows an address: the navigation is noted with its time and user.
 * 2. The page names its view ({@link Views.describe}), before or after that: the view is sent.
 * 3. A page that names none within `holdMs` has a `page_view`. So has one that is left before.
 *
 * Repeated effects (StrictMode) and remounted pages change nothing.
 */
export class Views {
  private readonly descriptions: { readonly path: string; readonly view: View }[] = [];
  /** The path and query of the latest navigation. */
  private address: string | undefined;
  private pending: Pending | undefined;
  /** The path whose `page_view` was sent because the page had not named its view in time. */
  private undescribed: string | undefined;

  /**
   * @param tracker sends the views
   * @param holdMs how long a view waits for its name, in milliseconds
   */
  constructor(
    private readonly tracker: Tracker,
    public holdMs: number,
  ) {
    if (typeof window !== 'undefined') {
      this.note();
      this.listen();
    }
  }

  /**
   * Listens to the router and to the end of the page; calling it again changes nothing.
   *
   * @returns a function that stops listening
   */
  listen(): () => void {
    const forget = onNavigation(this.onNavigation);
    addEventListener('visibilitychange', this.onHidden, true);
    addEventListener('pagehide', this.release, true);
    return () => {
      forget();
      removeEventListener('visibilitychange', this.onHidden, true);
      removeEventListener('pagehide', this.release, true);
    };
  }

  /** React has committed a page: from now on the view waits for its name for `holdMs` at most. */
  readonly shown = (): void => {
    this.note();
    const { pending } = this;
    if (pending) {
      this.updateTitle();
      const described = this.descriptions.filter(({ path }) => path === pending.path).pop();
      if (described) {
        this.send(described.view);
      } else {
        pending.timer ??= setTimeout(this.release, this.holdMs);
      }
    }
  };

  /**
   * Names the view of the page that is mounted.
   *
   * @returns a function that withdraws the name, to be called when the page is unmounted
   */
  describe(view: View): () => void {
    const path = location.pathname;
    const description = { path, view };
    this.descriptions.push(description);
    if (this.pending?.path === path) {
      this.updateTitle();
      this.send(view);
    } else if (this.undescribed === path) {
      // Too late to replace the page_view: the view is sent besides.
      this.undescribed = undefined;
      view(this.tracker);
    }
    return () => this.descriptions.splice(this.descriptions.indexOf(description), 1);
  }

  /** Sends the pending view as `page_view`: the page is left, or has not named its view in time. */
  readonly release = (): void => {
    const { pending } = this;
    if (pending && this.send((tracker) => tracker.trackCustom('page_view'))) {
      this.undescribed = pending.path;
    }
  };

  private readonly onNavigation = (): void => {
    this.note();
    // Once the commit that the router is in has ended, the page has its title.
    queueMicrotask(this.shown);
  };

  private readonly onHidden = (): void => {
    if (document.visibilityState === 'hidden') {
      this.release();
    }
  };

  /** Notes a navigation if the address differs from that of the latest one by more than the hash. */
  private note(): void {
    const address = location.pathname + location.search;
    if (address !== this.address) {
      this.release();
      this.address = address;
      this.undescribed = undefined;
      this.pending = { path: location.pathname, page: this.tracker.page() };
    }
  }

  private updateTitle(): void {
    if (this.pending) {
      this.pending.page = { ...this.pending.page, pageTitle: document.title };
    }
  }

  /** @returns whether the pending view was still to be sent: the page may have sent one itself */
  private send(view: View): boolean {
    const { page, timer } = this.pending!;
    clearTimeout(timer);
    this.pending = undefined;
    if (this.tracker.viewed(page.pageUrl)) {
      return false;
    }
    view({
      trackCustom: (eventName, payload) => this.tracker.trackCustom(eventName, payload, page),
    });
    return true;
  }
}

const viewsByTracker = new WeakMap<Tracker, Views>();

/** Returns the one {@link Views} of a tracker: React may render a provider twice. */
export function viewsOf(tracker: Tracker, holdMs: number): Views {
  const views = viewsByTracker.get(tracker) ?? new Views(tracker, holdMs);
  viewsByTracker.set(tracker, views);
  views.holdMs = holdMs;
  return views;
}
