package io.clickstream.simulator;

import io.clickstream.event.TimeOrderedUuid;
import java.util.UUID;

/**
 * The event ids of a visit, as the tracker makes them: UUIDs of version 7 (RFC 9562) with the time
 * of the client's clock and a counter of 8 bits. They ascend. An older client has random ones.
 */
final class EventIds {

  private static final int COUNTER_BITS = 8;

  private final Visitor visitor;
  private long last;

  EventIds(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * Returns the next id.
   *
   * @param occurredAt the true time in epoch milliseconds
   * @param random a UUID of version 4, which gives the random bits
   */
  UUID next(long occurredAt, UUID random) {
    if (visitor.olderClient()) {
      return random;
    }
    long clock = occurredAt + visitor.clockSkewMillis();
    last = Math.max(clock << COUNTER_BITS, last + 1);
    long millis = last >>> COUNTER_BITS;
    long counter = last & ((1 << COUNTER_BITS) - 1);
    return TimeOrderedUuid.of(
        millis,
        counter << 4 | random.getMostSignificantBits() & 0xF,
        random.getLeastSignificantBits());
  }
}
