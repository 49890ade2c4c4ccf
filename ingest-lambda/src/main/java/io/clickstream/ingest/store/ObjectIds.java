package io.clickstream.ingest.store;

import io.clickstream.event.TimeOrderedUuid;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;

/**
 * Ids of raw objects: UUIDs of version 7 (RFC 9562) with the time of reception and 74 random bits.
 * The job finds the newest objects of an hour by their names. Safe for use by several threads.
 */
public final class ObjectIds implements Function<Instant, UUID> {

  private volatile SecureRandom random = new SecureRandom();

  @Override
  public UUID apply(Instant receivedAt) {
    SecureRandom source = random;
    return TimeOrderedUuid.of(receivedAt, source.nextLong(), source.nextLong());
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
