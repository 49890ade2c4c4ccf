package io.clickstream.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Creates UUIDs of version 5 (RFC 9562 §5.5).
 *
 * <p>The same name in the same namespace always gives the same UUID. All row ids that the platform
 * creates are of this kind; none is random.
 */
public final class NameBasedUuid {

  /** The platform's namespace, from which the others derive. */
  public static final UUID BASE = UUID.fromString("7d1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10");

  /** Namespace of event ids that derive from an {@code eventId} that is not a UUID. */
  public static final UUID EVENT_ID = of(BASE, "event-id");

  /** Namespace of event ids that derive from the object key, for records without an id. */
  public static final UUID OBJECT_KEY = of(BASE, "object-key");

  /** Namespace of session keys. */
  public static final UUID SESSION = of(BASE, "session");

  private NameBasedUuid() {}

  /** Returns the UUIDv5 of a name's UTF-8 bytes in a namespace. */
  public static UUID of(UUID namespace, String name) {
    MessageDigest sha1 = sha1();
    sha1.update(bytes(namespace));
    ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    long high = (digest.getLong() & ~0xF000L) | 0x5000L;
    long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** Returns the sixteen bytes of a UUID in network order. */
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
      throw new IllegalStateException(
          "Cannot create a UUIDv5: this Java platform has no SHA-1.", e);
    }
  }
}
