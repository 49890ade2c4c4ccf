package io.clickstream.ingest.store;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** Random ids of raw objects (UUID version 4). Safe for use by several threads. */
public final class ObjectIds implements Supplier<UUID> {

  private static final int VERSION_4 = 0x4000;
  private static final long VERSION_MASK = 0xF000;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;

  private volatile SecureRandom random = new SecureRandom();

  @Override
  public UUID get() {
    SecureRandom source = random;
    return new UUID(
        source.nextLong() & ~VERSION_MASK | VERSION_4, source.nextLong() & ~VARIANT_MASK | VARIANT);
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
