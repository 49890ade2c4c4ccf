package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.Product.Category;
import io.clickstream.simulator.SimulatedPost.Kind;

/**
 * A crawler that runs the tracker. It polls a page every few minutes, day and night, so no pause
 * ends its session.
 */
final class Crawler {

  /** The longest pause; with fewer polls a crawler ends before the period does. */
  private static final double MAX_INTERVAL_MS = 10 * 60_000;

  /** The share of an interval by which a poll may move; two consecutive polls keep their order. */
  private static final double JITTER = 0.35;

  private static final long NETWORK_MS = 25;

  private final Catalogue catalogue;
  private final Visitor visitor;
  private final EventIds eventIds;
  private final String sessionId;
  private final long start;
  private final double interval;
  private final long polls;
  private final SeededRandom random;
  private long polled;

  /**
   * @param start the start of the period in epoch milliseconds
   * @param length the length of the period in milliseconds
   * @param polls the number of posts in the whole period
   */
  Crawler(Catalogue catalogue, long start, long length, long polls, SeededRandom random) {
    this.catalogue = catalogue;
    this.visitor = Visitor.crawler(random);
    this.eventIds = new EventIds(visitor);
    this.sessionId = random.uuid().toString();
    this.start = start;
    this.interval = Math.min((double) length / polls, MAX_INTERVAL_MS);
    this.polls = polls;
    this.random = random;
  }

  boolean hasNext() {
    return polled < polls;
  }

  /** Returns the next poll, which is later than the one before. */
  PlannedPost next(long number) {
    double jitter = (random.unit() * 2 - 1) * JITTER;
    long receivedAt = start + (long) ((polled + 0.5 + jitter) * interval);
    polled++;
    return new PlannedPost(receivedAt, number, Kind.BOT, look(receivedAt - NETWORK_MS), null);
  }

  private TrackedEvent look(long at) {
    double which = random.unit();
    if (which < 0.70) {
      Product product = catalogue.product(random);
      return view(EventNames.PRODUCT_VIEW, product.page(), product, at);
    }
    if (which < 0.92) {
      Category category = catalogue.category(random);
      return view(EventNames.CATEGORY_VIEW, category.page(), null, at);
    }
    return view(EventNames.HOME_VIEW, Page.HOME, null, at);
  }

  private TrackedEvent view(String name, Page page, Product product, long at) {
    return new TrackedEvent(
        visitor,
        sessionId,
        false,
        name,
        eventIds.next(at, random.uuid()),
        at,
        at,
        null,
        page.url(),
        page.title(),
        null,
        product,
        null,
        null,
        null);
  }
}
