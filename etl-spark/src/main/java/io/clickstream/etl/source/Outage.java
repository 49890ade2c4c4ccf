package io.clickstream.etl.source;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notices that a store is down. Waiting out all retries takes minutes; for one object that is
 * patience, for a hundred thousand one after another it would take days.
 */
final class Outage {

  /** More than are in flight at once, so that no short trouble looks like the end. */
  static final int FAILURES_IN_A_ROW = 128;

  private final AtomicInteger failures = new AtomicInteger();

  /** An object failed for good, by a fault that might have passed. */
  void noteFailure() {
    failures.incrementAndGet();
  }

  /** The store answered, if only by a refusal. */
  void noteAnswer() {
    failures.updateAndGet(now -> now >= FAILURES_IN_A_ROW ? now : 0);
  }

  /** Whether to ask no more. It stays on. */
  boolean isOn() {
    return failures.get() >= FAILURES_IN_A_ROW;
  }

  @Override
  public String toString() {
    return "not tried, after " + FAILURES_IN_A_ROW + " others failed one after another";
  }
}
