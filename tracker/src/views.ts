import type { EventSink } from './events.js';
import type { PageContext, Tracker } from './types.js';

/** Tells of a view, by one of the helpers: `(tracker) => productView(tracker, product)`. */
export type View = (tracker: EventSink) => void;

/**
 * Sees to exactly one view for each navigation. The router says when there was one; a mounted page
 * may say what its view is called. A page that says so late, because its content streams in, is
 * waited for; one that says nothing has a `page_view`. Repeated effects (StrictMode) and remounted
 * pages change nothing.
 */
export class Views {
  private readonly described: { readonly path: string; readonly view: View }[] = [];
  private url: string | undefined;
  private held:
    { path: string; page: PageContext; timer: ReturnType<typeof setTimeout> } | undefined;
  /** The page that was loaded: noted before any effect can tell of an event on it. */
  private loaded: PageContext | undefined;
  /** Where a `page_view` was sent because nobody had described the view in time. */
  private undescribed: string | undefined;

  /** @param holdMs how long a view waits to be described */
  constructor(
    private readonly tracker: Tracker,
    private readonly holdMs: number,
  ) {
    this.loaded = tracker.page();
  }

  /**
   * The router shows an address.
   *
   * @param url tells addresses apart
   */
  navigated(url: string): void {
    if (url === this.url) {
      return;
    }
    this.release();
    this.url = url;
    this.undescribed = undefined;
    if (this.tracker.viewed()) {
      return;
    }
    const path = location.pathname;
    const page = this.loaded ?? this.tracker.page();
    this.loaded = undefined;
    const described = this.described.filter((description) => description.path === path).pop();
    if (described) {
      this.send(described.view, page);
    } else {
      this.held = { path, page, timer: setTimeout(this.release, this.holdMs) };
    }
  }

  /**
   * A page that describes its view is there.
   *
   * @returns to be called when it is gone
   */
  describe(view: View): () => void {
    const path = location.pathname;
    const description = { path, view };
    this.described.push(description);
    if (this.held?.path === path) {
      const { page, timer } = this.held;
      clearTimeout(timer);
      this.held = undefined;
      this.send(view, page);
    } else if (this.undescribed === path) {
      // Too late to replace the page view, but too good to lose.
      this.undescribed = undefined;
      this.send(view);
    }
    return () => this.described.splice(this.described.indexOf(description), 1);
  }

  /** Sends the view that waits, if one does: there is no more time. */
  readonly release = (): void => {
    if (this.held) {
      const { path, page, timer } = this.held;
      clearTimeout(timer);
      this.held = undefined;
      // The page may have told of its view without us.
      if (!this.tracker.viewed(page.pageUrl)) {
        this.undescribed = path;
        this.tracker.trackCustom('page_view', undefined, page);
      }
    }
  };

  private send(view: View, page?: PageContext): void {
    view({
      trackCustom: (eventName, payload) => this.tracker.trackCustom(eventName, payload, page),
    });
  }
}
