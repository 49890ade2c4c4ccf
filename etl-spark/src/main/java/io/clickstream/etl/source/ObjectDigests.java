package io.clickstream.etl.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Digests of objects in a list: 128 bits of the SHA-256 of key, last modification and bytes, so
 * that an object can be compared with its copy in a pack without both in memory.
 */
final class ObjectDigests {

  private static final String ALGORITHM = "SHA-256";

  private final MessageDigest sha256 = sha256();
  private final long[] halves;

  /**
   * Creates digests of no objects yet.
   *
   * @param size number of objects in the list
   */
  ObjectDigests(int size) {
    halves = new long[2 * size];
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot verify packs: Java has no " + ALGORITHM + ".", e);
    }
  }

  /** Stores the digest of an object. */
  void set(int index, PackedObject object) {
    ByteBuffer digest = ByteBuffer.wrap(digest(object));
    halves[2 * index] = digest.getLong();
    halves[2 * index + 1] = digest.getLong();
  }

  /** Returns true if this is the object whose digest was stored at an index. */
  boolean matches(int index, PackedObject object) {
    ByteBuffer digest = ByteBuffer.wrap(digest(object));
    return halves[2 * index] == digest.getLong() && halves[2 * index + 1] == digest.getLong();
  }

  private byte[] digest(PackedObject object) {
    byte[] key = object.key().getBytes(StandardCharsets.UTF_8);
    sha256.update(
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
            .putInt(key.length)
            .putLong(object.lastModifiedMicros())
            .flip());
    sha256.update(key);
    return sha256.digest(object.body());
  }

  /**
   * Returns the id of the pack of some objects: the same objects have the same. So two runs that
   * pack the same objects, and one that goes on where another died, write the same file.
   */
  UUID idOf(Iterable<Integer> indexes) {
    ByteBuffer one = ByteBuffer.allocate(2 * Long.BYTES);
    for (int index : indexes) {
      one.clear().putLong(halves[2 * index]).putLong(halves[2 * index + 1]).flip();
      sha256.update(one);
    }
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    // Version 8 of RFC 9562: the bits mean what their maker wants.
    return new UUID(
        digest.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x8000L,
        digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
  }
}
