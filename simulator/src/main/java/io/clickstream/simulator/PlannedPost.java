package io.clickstream.simulator;

import io.clickstream.simulator.SimulatedPost.Kind;
import java.util.Comparator;

/**
 * A post whose body has not been written yet.
 *
 * @param receivedAt the time of reception in epoch milliseconds
 * @param number the unique number in the order of planning, which breaks ties
 * @param damage the damage of a malformed post, or null
 */
record PlannedPost(long receivedAt, long number, Kind kind, TrackedEvent event, Damage damage) {

  /** Orders posts by reception. */
  static final Comparator<PlannedPost> BY_RECEPTION =
      Comparator.comparingLong(PlannedPost::receivedAt).thenComparingLong(PlannedPost::number);

  /** Returns the request body. */
  String body() {
    String payload = TrackerPayload.of(event);
    return damage == null ? payload : damage.of(payload);
  }

  PlannedPost numbered(long newNumber) {
    return new PlannedPost(receivedAt, newNumber, kind, event, damage);
  }
}
