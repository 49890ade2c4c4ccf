package io.clickstream.etl.parse;

import io.clickstream.etl.schema.Dictionary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Computes the id of each {@link Dictionary} row that an event refers to.
 *
 * <p>An id is a UUID of version 8 (RFC 9562 §5.8): the first 16 bytes of the SHA-256 of the row's
 * values, except for the six bits of version and variant. So two warehouses give a value the same
 * id, and nobody can find two values with one id. Keeps recent ids; not thread-safe.
 */
final class DictionaryIds {

  private static final int CACHED = 4_000;
  private static final int MAX_CACHED_LENGTH = 1_000;

  /** No value is empty or contains NUL. */
  private static final char SEPARATOR = '\0';

  private final MessageDigest sha256 = sha256();
  private final StringBuilder joined = new StringBuilder();
  private final Map<String, String> cache =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > CACHED;
        }
      };

  void fill(EventRow row) {
    for (Dictionary dictionary : Dictionary.values()) {
      row.set(dictionary.id(), id(dictionary, row));
    }
  }

  private String id(Dictionary dictionary, EventRow row) {
    joined.setLength(0);
    boolean hasValue = false;
    for (String column : dictionary.columns()) {
      String value = row.text(column);
      if (value != null) {
        joined.append(value);
        hasValue = true;
      }
      joined.append(SEPARATOR);
    }
    if (!hasValue) {
      return null;
    }
    String values = joined.toString();
    return values.length() > MAX_CACHED_LENGTH
        ? hash(values)
        : cache.computeIfAbsent(values, this::hash);
  }

  private String hash(String values) {
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest(values.getBytes(StandardCharsets.UTF_8)));
    long high = (digest.getLong() & ~0xF000L) | 0x8000L;
    long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "Cannot create a UUIDv8: this Java platform has no SHA-256.", e);
    }
  }
}
