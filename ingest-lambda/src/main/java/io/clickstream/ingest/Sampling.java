package io.clickstream.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Keeps a share of the visitors, and of each either all events or none: sessions stay whole.
 * Decided by a hash of who made the event, so the same everywhere and for ever.
 *
 * @param rate the share, over 0 up to 1
 */
record Sampling(double rate) {

  /** Keeps everything. */
  static final Sampling ALL = new Sampling(1);

  private static final int HASH_BITS = 53;

  Sampling {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("a share of " + rate);
    }
  }

  /** Whether an event is among those to keep; one that doesn't tell who made it is on its own. */
  boolean keeps(ClientEvent event) {
    return rate == 1 || place(event.visitor().orElseGet(event::text)) < rate;
  }

  /** From 0 to less than 1, evenly. */
  private static double place(String visitor) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(visitor.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() >>> (Long.SIZE - HASH_BITS)) * 0x1p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
