package io.clickstream.etl.warehouse;

import io.clickstream.event.KeyOrder;
import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The loaded objects of one hour with their numbers of records, as {@code etl_hours} stores them.
 *
 * <p>A key takes 17 bytes: its kind and its UUID. Keys are in the order of the objects' names:
 * batches, events, packs. Searching works on the stored bytes.
 *
 * <p>The key of a pack says that all objects in it are loaded. It has no record itself, unless the
 * file was rejected because it is not a pack.
 */
public final class HourKeys {

  /** An hour without loaded objects. */
  public static final HourKeys NONE = new HourKeys(new byte[0], new int[0]);

  private static final int ENTRY_BYTES = 17;

  private final byte[] keys;
  private final ByteBuffer entries;

  /** Numbers of records of the batches, then of the packs. */
  private final int[] batchRecords;

  private HourKeys(byte[] keys, int[] batchRecords) {
    this.keys = keys;
    this.entries = ByteBuffer.wrap(keys);
    this.batchRecords = batchRecords;
  }

  /** Decodes the columns of a row. */
  static HourKeys decode(byte[] loadedKeys, Integer[] batchRecords) {
    return new HourKeys(
        loadedKeys, Arrays.stream(batchRecords).mapToInt(Integer::intValue).toArray());
  }

  /** Returns true if there is no key. */
  public boolean isEmpty() {
    return keys.length == 0;
  }

  /** Returns true if the object is loaded. */
  public boolean contains(RawKey key) {
    return find(key) >= 0;
  }

  /** Returns the number of records of an object, or 0 if it is not loaded. */
  public int recordsOf(RawKey key) {
    int found = find(key);
    if (found < 0) {
      return 0;
    }
    return recordsAt(found);
  }

  private int recordsAt(int index) {
    return switch (kindAt(index)) {
      case EVENT -> 1;
      case BATCH -> batchRecords[index];
      case PACK -> batchRecords[index - (size() - batchRecords.length)];
    };
  }

  private Kind kindAt(int index) {
    return Kind.ofCode((char) entries.get(index * ENTRY_BYTES));
  }

  /** Returns the number of loaded objects, without packs; a file that is not a pack is one. */
  public long objects() {
    long objects = size();
    for (int index = size() - 1; index >= 0 && kindAt(index) == Kind.PACK; index--) {
      objects -= recordsAt(index) == 0 ? 1 : 0;
    }
    return objects;
  }

  /**
   * Returns the number of loaded objects that other keys lack. Packs do not count: the objects in
   * them have keys of their own.
   */
  public long objectsNotIn(HourKeys others) {
    HourKeys missing = without(others);
    return IntStream.range(0, missing.size())
        .filter(index -> missing.kindAt(index) != Kind.PACK)
        .count();
  }

  /** Returns the keys that others lack. */
  public HourKeys without(HourKeys others) {
    Builder rest = new Builder(size());
    int theirs = 0;
    for (int mine = 0; mine < size(); mine++) {
      while (theirs < others.size() && compareEntries(others, theirs, this, mine) < 0) {
        theirs++;
      }
      if (theirs == others.size() || compareEntries(others, theirs, this, mine) != 0) {
        rest.copy(this, mine);
      }
    }
    return rest.build();
  }

  /** Returns the number of records of all loaded objects. */
  public long records() {
    return size() - batchRecords.length + Arrays.stream(batchRecords).asLongStream().sum();
  }

  /** Returns the union with other keys; no key may be in both. */
  public HourKeys and(HourKeys others) {
    Builder all = new Builder(size() + others.size());
    int mine = 0;
    int theirs = 0;
    while (mine < size() || theirs < others.size()) {
      if (theirs == others.size()
          || (mine < size() && compareEntries(this, mine, others, theirs) < 0)) {
        all.copy(this, mine++);
      } else {
        all.copy(others, theirs++);
      }
    }
    return all.build();
  }

  /** Returns 17 bytes per key, in key order: kind and UUID. */
  byte[] encodedKeys() {
    return keys;
  }

  /** Returns the numbers of records of the batches and packs, in key order. */
  Integer[] encodedBatchRecords() {
    return Arrays.stream(batchRecords).boxed().toArray(Integer[]::new);
  }

  private int size() {
    return keys.length / ENTRY_BYTES;
  }

  private int find(RawKey key) {
    return KeyOrder.find(size(), index -> compare(entries, index, key));
  }

  private static int compare(ByteBuffer entries, int index, RawKey key) {
    int at = index * ENTRY_BYTES;
    return KeyOrder.compare(
        (char) entries.get(at), entries.getLong(at + 1), entries.getLong(at + 9), key);
  }

  private static int compareEntries(HourKeys one, int index, HourKeys other, int otherIndex) {
    int at = index * ENTRY_BYTES;
    int otherAt = otherIndex * ENTRY_BYTES;
    return Arrays.compareUnsigned(
        one.keys, at, at + ENTRY_BYTES, other.keys, otherAt, otherAt + ENTRY_BYTES);
  }

  /** Collects keys in ascending order. */
  public static final class Builder {

    private final ByteBuffer entries;
    private int[] batchRecords = new int[0];
    private int batches;

    /** Creates a builder for at most {@code maxKeys} keys. */
    public Builder(int maxKeys) {
      entries = ByteBuffer.allocate(Math.multiplyExact(maxKeys, ENTRY_BYTES));
    }

    /** Adds a key, which must be greater than the last one. */
    public Builder add(RawKey key, int records) {
      int size = entries.position() / ENTRY_BYTES;
      if (size > 0 && compare(entries, size - 1, key) >= 0) {
        throw new IllegalArgumentException(
            "Cannot add %s: it must be greater than the last key.".formatted(key.relative()));
      }
      entries
          .put((byte) key.kind().code())
          .putLong(key.id().getMostSignificantBits())
          .putLong(key.id().getLeastSignificantBits());
      if (key.kind() != Kind.EVENT) {
        addBatchRecords(records);
      }
      return this;
    }

    private void copy(HourKeys from, int index) {
      entries.put(from.keys, index * ENTRY_BYTES, ENTRY_BYTES);
      if (from.kindAt(index) != Kind.EVENT) {
        addBatchRecords(from.recordsAt(index));
      }
    }

    private void addBatchRecords(int records) {
      if (batches == batchRecords.length) {
        batchRecords = Arrays.copyOf(batchRecords, Math.max(16, 2 * batches));
      }
      batchRecords[batches++] = records;
    }

    public HourKeys build() {
      byte[] keys = entries.array();
      return new HourKeys(
          entries.hasRemaining() ? Arrays.copyOf(keys, entries.position()) : keys,
          Arrays.copyOf(batchRecords, batches));
    }
  }
}
