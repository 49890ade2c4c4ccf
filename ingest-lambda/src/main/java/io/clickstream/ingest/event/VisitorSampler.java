package io.clickstream.ingest.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A sampler that keeps a share of the visitors: all events of a visitor or none, so that sessions
 * stay complete. A hash of the visitor's id decides, so that all processes decide alike.
 *
 * @param rate the share to keep, greater than 0 and at most 1
 */
public record VisitorSampler(double rate) {

  /** Keeps all events. */
  public static final VisitorSampler ALL = new VisitorSampler(1);

  private static final int HASH_BITS = 53;

  public VisitorSampler {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          rate + " is not a share of visitors. Use a number greater than 0 and at most 1.");
    }
  }

  /** Returns true when the event is kept. An event without a visitor id is its own visitor. */
  public boolean keeps(ClientEvent event) {
    return rate == 1 || position(event.visitor().orElseGet(event::fields)) < rate;
  }

  /** Maps a visitor to a number from 0 (inclusive) to 1 (exclusive), uniformly. */
  private static double position(String visitor) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(visitor.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() >>> (Long.SIZE - HASH_BITS)) * 0x1p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot sample: this Java platform lacks SHA-256.", e);
    }
  }
}
