package io.clickstream.simulator;

import io.clickstream.simulator.SimulatedPost.Kind;
import java.util.Comparator;

/**
 * A post whose body isn't written yet.
 *
 * @param receivedAt in epoch milliseconds
 * @param number in the order of planning; unique, breaks ties
 * @param damage how a broken post is broken; null for all others
 */
record PlannedPost(long receivedAt, long number, Kind kind, TrackedEvent event, Damage damage) {

  /** As the server sees them. */
  static final Comparator<PlannedPost> BY_RECEPTION =
      Comparator.comparingLong(PlannedPost::receivedAt).thenComparingLong(PlannedPost::number);

  /** The request body. */
  String body() {
    String payload = TrackerPayload.of(event);
    return damage == null ? payload : damage.of(payload);
  }

  PlannedPost numbered(long newNumber) {
    return new PlannedPost(receivedAt, newNumber, kind, event, damage);
  }
}
