package io.clickstream.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * UUID version 5 (RFC 9562 §5.5): the same name in the same namespace is the same id, everywhere
 * and for ever. All ids that the platform makes itself are of this kind, never random.
 */
public final class NameBasedUuid {

  /** The platform's own namespace, from which the others derive. */
  public static final UUID BASE = UUID.fromString("7d1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10");

  /** For an {@code eventId} that is text but no UUID. */
  public static final UUID EVENT_ID = of(BASE, "event-id");

  /** For a record without an {@code eventId}: the id derives from its object key. */
  public static final UUID OBJECT_KEY = of(BASE, "object-key");

  /** For session keys. */
  public static final UUID SESSION = of(BASE, "session");

  private NameBasedUuid() {}

  /** UUIDv5 of a name's UTF-8 bytes in a namespace. */
  public static UUID of(UUID namespace, String name) {
    MessageDigest sha1 = sha1();
    sha1.update(bytes(namespace));
    ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    long high = (digest.getLong() & ~0xF000L) | 0x5000L;
    long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The sixteen bytes of a UUID in network order. */
  public static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
