package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.Product.Category;
import io.clickstream.simulator.SimulatedPost.Kind;

/**
 * A crawler that runs the tracker: it polls a page every few minutes, day and night, and so never
 * makes a pause that would end a session.
 */
final class Crawler {

  /** Beyond it a crawler ends before the period does, so that its pauses stay short. */
  private static final double LONGEST_INTERVAL_MS = 10 * 60_000;

  /** Of an interval; two neighbours together move by less than one. */
  private static final double JITTER = 0.35;

  private static final long NETWORK_MS = 25;

  private final Catalogue catalogue;
  private final Visitor visitor;
  private final String sessionId;
  private final long start;
  private final double interval;
  private final long polls;
  private final Dice dice;
  private long polled;

  /**
   * @param start of the period, in epoch milliseconds
   * @param length of the period, in milliseconds
   * @param polls how many posts it makes in all
   */
  Crawler(Catalogue catalogue, long start, long length, long polls, Dice dice) {
    this.catalogue = catalogue;
    this.visitor = Visitor.crawler(dice);
    this.sessionId = dice.uuid().toString();
    this.start = start;
    this.interval = Math.min((double) length / polls, LONGEST_INTERVAL_MS);
    this.polls = polls;
    this.dice = dice;
  }

  boolean hasNext() {
    return polled < polls;
  }

  /** The next poll; later than the one before. */
  PlannedPost next(long number) {
    double jitter = (dice.unit() * 2 - 1) * JITTER;
    long receivedAt = start + (long) ((polled + 0.5 + jitter) * interval);
    polled++;
    return new PlannedPost(receivedAt, number, Kind.BOT, look(receivedAt - NETWORK_MS), null);
  }

  private TrackedEvent look(long at) {
    double which = dice.unit();
    if (which < 0.70) {
      Product product = catalogue.product(dice);
      return view(EventNames.PRODUCT_VIEW, product.page(), product, at);
    }
    if (which < 0.92) {
      Category category = catalogue.category(dice);
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
        dice.uuid(),
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
