import type { EventSink } from './events.js';
import { onNavigation } from './navigations.js';
import type { PageContext, Tracker } from './types.js';

/** Sends a view by one of the helpers: `(tracker) => productView(tracker, product)`. */
export type View = (tracker: EventSink) => void;

/** A navigation whose view has not been sent yet. */
interface Pending {
  readonly path: string;
  page: PageContext;
  /** The view that the page has named. */
  view?: View;
  timer?: ReturnType<typeof setTimeout>;
}

/** How a provider tells views apart. */
export interface ViewOptions {
  /** How long a page view waits for `useView`, in milliseconds. The default is 1,000. */
  readonly holdMs?: number;
  /**
   * Query parameters whose change is not a navigation, such as a filter that is typed. By default the
   * change of each parameter is one.
   */
  readonly filterParameters?: readonly string[];
}

const DEFAULT_HOLD_MS = 1_000;

/**
 * Sends exactly one view for each navigation.
 *
 * 1. The router shows an address: the navigation is noted with its time and user.
 * 2. The page names its view ({@link Views.describe}), before or after that: the view is sent once the
 *    page's effects have run, with the title that the page has then.
 * 3. A page that names none within `holdMs` has a `page_view`. So has one that is left before.
 *
 * Repeated effects (StrictMode) and remounted pages change nothing.
 */
export class Views {
  private readonly descriptions: { readonly path: string; readonly current: () => View }[] = [];
  /** The path and query of the latest navigation, without filters. */
  private address: string | undefined;
  private pending: Pending | undefined;
  /** The path whose `page_view` was sent because the page had not named its view in time. */
  private undescribed: string | undefined;

  /** @param tracker sends the views */
  constructor(
    private readonly tracker: Tracker,
    public options: ViewOptions,
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

  /** The App Router has committed a page. */
  readonly shown = (): void => {
    this.note();
    this.settle();
  };

  /** React has committed a page: from now on the view waits for its name for `holdMs` at most. */
  readonly settle = (): void => {
    const { pending } = this;
    if (pending) {
      this.updateTitle();
      const described = this.descriptions.filter(({ path }) => path === pending.path).pop();
      if (described) {
        pending.view = described.current();
      }
      pending.timer ??= setTimeout(this.release, this.options.holdMs ?? DEFAULT_HOLD_MS);
    }
  };

  /** The page's effects run: once they have, it has its title, and a view that is named is sent. */
  readonly rendered = (): void => {
    this.settle();
    const { pending } = this;
    if (pending?.view) {
      clearTimeout(pending.timer);
      pending.timer = setTimeout(this.release);
    }
  };

  /**
   * Names the view of the page that is mounted.
   *
   * @param current returns the view of what the page shows now
   * @returns a function that withdraws the name, to be called when the page is unmounted
   */
  describe(current: () => View): () => void {
    const path = location.pathname;
    const description = { path, current };
    this.descriptions.push(description);
    if (this.pending?.path === path) {
      this.pending.view = current();
    } else if (this.undescribed === path) {
      // Too late to replace the page_view: the view is sent besides.
      this.undescribed = undefined;
      current()(this.tracker);
    }
    return () => this.descriptions.splice(this.descriptions.indexOf(description), 1);
  }

  /** Sends the pending view with the current title: its time has come, or the page is left. */
  readonly release = (): void => {
    this.updateTitle();
    this.send();
  };

  private readonly onNavigation = (commits: boolean): void => {
    if (this.isNew()) {
      this.release();
      this.note();
    }
    if (commits) {
      // Once the commit that the router is in has ended, the page has its title.
      queueMicrotask(this.shown);
    }
  };

  private readonly onHidden = (): void => {
    if (document.visibilityState === 'hidden') {
      this.release();
    }
  };

  private currentAddress(): string {
    const { pathname, search } = location;
    const query = new URLSearchParams(search);
    this.options.filterParameters?.forEach((name) => query.delete(name));
    return `${pathname}?${query}`;
  }

  /** Returns whether the address differs from the latest navigation's by more than hash and filters. */
  private isNew(): boolean {
    return this.currentAddress() !== this.address;
  }

  private note(): void {
    if (this.isNew()) {
      // The title may be the new page's already.
      this.send();
      this.address = this.currentAddress();
      this.undescribed = undefined;
      this.pending = { path: location.pathname, page: this.tracker.page() };
    }
  }

  private updateTitle(): void {
    if (this.pending) {
      this.pending.page = { ...this.pending.page, pageTitle: document.title };
    }
  }

  private send(): void {
    const { pending, tracker } = this;
    if (pending) {
      const { page, path, view, timer } = pending;
      clearTimeout(timer);
      this.pending = undefined;
      // The page may have sent a view itself.
      if (!tracker.viewed(page.pageUrl)) {
        const sink: EventSink = {
          trackCustom: (eventName, payload) => tracker.trackCustom(eventName, payload, page),
        };
        if (view) {
          view(sink);
        } else {
          sink.trackCustom('page_view');
          this.undescribed = path;
        }
      }
    }
  }
}

const viewsByTracker = new WeakMap<Tracker, Views>();

/** Returns the one {@link Views} of a tracker: React may render a provider twice. */
export function viewsOf(tracker: Tracker, options: ViewOptions): Views {
  const views = viewsByTracker.get(tracker) ?? new Views(tracker, options);
  viewsByTracker.set(tracker, views);
  views.options = options;
  return views;
}
