package io.clickstream.ingest.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;

/**
 * Ids of raw objects: UUIDs of version 7 (RFC 9562) with the time of reception and 74 random bits.
 * The job finds the newest objects of an hour by their names. Safe for use by several threads.
 */
public final class ObjectIds implements Function<Instant, UUID> {

  private static final int TIME_SHIFT = 16;
  private static final int VERSION_7 = 0x7000;
  private static final long RANDOM_MASK = 0x0FFF;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;

  private volatile SecureRandom random = new SecureRandom();

  @Override
  public UUID apply(Instant receivedAt) {
    SecureRandom source = random;
    long time = receivedAt.toEpochMilli() << TIME_SHIFT;
    return new UUID(
        time | VERSION_7 | source.nextLong() & RANDOM_MASK,
        source.nextLong() & ~VARIANT_MASK | VARIANT);
  }

  /**
   * Replaces the source of randomness. Processes that are restored from one snapshot would
   * otherwise continue the same sequence.
   */
  public void reseed() {
    SecureRandom fresh = new SecureRandom();
    fresh.setSeed(System.nanoTime());
    random = fresh;
  }
}
