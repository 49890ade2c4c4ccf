package io.clickstream.etl.load;

import io.clickstream.event.RawKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The objects of one hour that are loaded, each with the number of its records: the row of {@code
 * etl_hours}. Keys order as their names do.
 */
final class HourKeys {

  private static final int ENTRY_BYTES = 17;

  private final TreeMap<String, RawKey> keys = new TreeMap<>();
  private final TreeMap<String, Integer> batchRecords = new TreeMap<>();

  /** Reads the row's columns. */
  static HourKeys decode(Instant hour, byte[] loadedKeys, Integer[] batchRecords) {
    HourKeys decoded = new HourKeys();
    ByteBuffer entries = ByteBuffer.wrap(loadedKeys);
    int batch = 0;
    while (entries.hasRemaining()) {
      RawKey.Kind kind = RawKey.Kind.ofCode((char) entries.get());
      RawKey key = new RawKey(hour, kind, new UUID(entries.getLong(), entries.getLong()));
      decoded.add(key, kind == RawKey.Kind.BATCH ? batchRecords[batch++] : 1);
    }
    return decoded;
  }

  void add(RawKey key, int records) {
    keys.put(key.fileName(), key);
    if (key.kind() == RawKey.Kind.BATCH) {
      batchRecords.put(key.fileName(), records);
    }
  }

  boolean contains(RawKey key) {
    return keys.containsKey(key.fileName());
  }

  /** Records of a loaded object. */
  int recordsOf(RawKey key) {
    return key.kind() == RawKey.Kind.BATCH ? batchRecords.get(key.fileName()) : 1;
  }

  /** Records of all loaded objects. */
  long records() {
    long inBatches = batchRecords.values().stream().mapToLong(Integer::longValue).sum();
    return keys.size() - batchRecords.size() + inBatches;
  }

  /** 17 bytes a key: kind and UUID, in key order. */
  byte[] encodedKeys() {
    ByteBuffer entries = ByteBuffer.allocate(keys.size() * ENTRY_BYTES);
    for (Map.Entry<String, RawKey> entry : keys.entrySet()) {
      UUID id = entry.getValue().id();
      entries
          .put((byte) entry.getValue().kind().code())
          .putLong(id.getMostSignificantBits())
          .putLong(id.getLeastSignificantBits());
    }
    return entries.array();
  }

  /** Record counts of the batch objects, in key order. */
  Integer[] encodedBatchRecords() {
    List<Integer> counts = new ArrayList<>(batchRecords.values());
    return counts.toArray(Integer[]::new);
  }
}
