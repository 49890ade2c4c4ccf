package io.clickstream.event;

import java.time.Instant;
import java.util.UUID;

/**
 * Creates UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, and 74 other
 * bits.
 *
 * <p>They and their texts are in the order of time.
 */
public final class TimeOrderedUuid {

  /** The characters of the text that hold the time: twelve digits and a dash. */
  private static final int TIME_LENGTH = 13;

  private static final int TIME_SHIFT = 16;

  private TimeOrderedUuid() {}

  /**
   * Returns the UUID of an instant.
   *
   * @param high gives 12 bits after the time, from its lowest ones
   * @param low gives the last 62 bits, from its lowest ones
   */
  public static UUID of(Instant at, long high, long low) {
    return of(at.toEpochMilli(), high, low);
  }

  /**
   * Returns the UUID of a time.
   *
   * @param millis since 1970-01-01T00:00:00Z
   * @param high gives 12 bits after the time, from its lowest ones
   * @param low gives the last 62 bits, from its lowest ones
   */
  public static UUID of(long millis, long high, long low) {
    return new UUID(
        millis << TIME_SHIFT | 0x7000L | high & 0x0FFFL,
        low & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
  }

  /** Returns the beginning of the text of each UUID of an instant. */
  static String beginningOf(Instant at) {
    return of(at, 0, 0).toString().substring(0, TIME_LENGTH);
  }
}
