package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import java.io.Serializable;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The raw objects of one hour, in the order of their names. Immutable. An hour may have millions of
 * objects, so each takes 32 bytes, and {@link #get} creates the {@link ListedObject}.
 */
public final class ListedObjects extends AbstractList<ListedObject>
    implements RandomAccess, Serializable {

  private static final long serialVersionUID = 1L;

  /** Fields of an object: both halves of its UUID, size and kind, and time of modification. */
  private static final int FIELDS = 4;

  private static final int SIZE_AND_KIND = 2;
  private static final int MODIFIED = 3;

  /** Objects in a piece of the array: with pieces, growth does not copy the whole list. */
  private static final int PIECE_OBJECTS = 1_024;

  private final Instant hour;
  private final long[][] pieces;
  private final int from;
  private final int size;

  private ListedObjects(Instant hour, long[][] pieces, int from, int size) {
    this.hour = hour;
    this.pieces = pieces;
    this.from = from;
    this.size = size;
  }

  /** Returns the hour of all the objects. */
  public Instant hour() {
    return hour;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public ListedObject get(int index) {
    int at = from + Objects.checkIndex(index, size);
    long sizeAndKind = field(pieces, at, SIZE_AND_KIND);
    return new ListedObject(
        new RawKey(hour, kind(sizeAndKind), new UUID(field(pieces, at, 0), field(pieces, at, 1))),
        sizeAndKind >>> 1,
        field(pieces, at, MODIFIED));
  }

  /** Returns a view. Its serialized form holds only the objects of the view. */
  @Override
  public ListedObjects subList(int fromIndex, int toIndex) {
    Objects.checkFromToIndex(fromIndex, toIndex, size);
    return new ListedObjects(hour, pieces, from + fromIndex, toIndex - fromIndex);
  }

  /** Returns the objects whose key matches; this list itself when all do. */
  public ListedObjects filter(Predicate<RawKey> wanted) {
    int unwanted = 0;
    while (unwanted < size && wanted.test(get(unwanted).key())) {
      unwanted++;
    }
    if (unwanted == size) {
      return this;
    }
    Builder filtered = new Builder(hour);
    for (int i = 0; i < size; i++) {
      if (i < unwanted || (i > unwanted && wanted.test(get(i).key()))) {
        filtered.copy(this, i);
      }
    }
    return filtered.build();
  }

  /** Returns an estimate of the number of records in the objects. */
  public long estimatedRecords() {
    long records = 0;
    for (ListedObject object : this) {
      records += object.estimatedRecords();
    }
    return records;
  }

  private Object writeReplace() {
    boolean whole = from == 0 && size > (pieces.length - 1) * PIECE_OBJECTS;
    if (whole) {
      return this;
    }
    Builder copy = new Builder(hour);
    for (int i = 0; i < size; i++) {
      copy.copy(this, i);
    }
    return copy.build();
  }

  private static Kind kind(long sizeAndKind) {
    return (sizeAndKind & 1) == 0 ? Kind.EVENT : Kind.BATCH;
  }

  private static long field(long[][] pieces, int index, int field) {
    return pieces[index / PIECE_OBJECTS][index % PIECE_OBJECTS * FIELDS + field];
  }

  /** Collects the objects of an hour in any order. */
  public static final class Builder {

    private final Instant hour;
    private long[][] pieces = new long[0][];
    private int size;
    private boolean ordered = true;

    /** Creates a builder for the objects of an hour. */
    public Builder(Instant hour) {
      this.hour = hour;
    }

    /**
     * Adds an object.
     *
     * @throws IllegalArgumentException when it belongs to another hour
     */
    public Builder add(ListedObject object) {
      RawKey key = object.key();
      if (!key.hour().equals(hour)) {
        throw new IllegalArgumentException(
            "Cannot add " + key.relative() + ": it is not of the hour " + hour + ".");
      }
      return add(
          key.id().getMostSignificantBits(),
          key.id().getLeastSignificantBits(),
          object.size() << 1 | (key.kind() == Kind.BATCH ? 1 : 0),
          object.lastModifiedMillis());
    }

    private void copy(ListedObjects other, int index) {
      int at = other.from + index;
      add(
          field(other.pieces, at, 0),
          field(other.pieces, at, 1),
          field(other.pieces, at, SIZE_AND_KIND),
          field(other.pieces, at, MODIFIED));
    }

    private Builder add(long idHigh, long idLow, long sizeAndKind, long modified) {
      int piece = size / PIECE_OBJECTS;
      if (piece == pieces.length) {
        pieces = Arrays.copyOf(pieces, Math.max(8, 2 * piece));
      }
      int at = size % PIECE_OBJECTS * FIELDS;
      if (at == 0) {
        pieces[piece] = new long[PIECE_OBJECTS * FIELDS];
      }
      pieces[piece][at] = idHigh;
      pieces[piece][at + 1] = idLow;
      pieces[piece][at + SIZE_AND_KIND] = sizeAndKind;
      pieces[piece][at + MODIFIED] = modified;
      size++;
      ordered = ordered && (size == 1 || compare(size - 2, size - 1) <= 0);
      return this;
    }

    /** Returns the list. The builder cannot be used again. */
    public ListedObjects build() {
      if (!ordered) {
        sort();
      }
      long[][] all = Arrays.copyOf(pieces, (size + PIECE_OBJECTS - 1) / PIECE_OBJECTS);
      if (all.length > 0) {
        int last = size - (all.length - 1) * PIECE_OBJECTS;
        all[all.length - 1] = Arrays.copyOf(all[all.length - 1], last * FIELDS);
      }
      pieces = null;
      return new ListedObjects(hour, all, 0, size);
    }

    /** Compares as names compare: by kind, then by UUID as unsigned bytes. */
    private int compare(int one, int other) {
      int kinds =
          Character.compare(
              kind(field(pieces, one, SIZE_AND_KIND)).code(),
              kind(field(pieces, other, SIZE_AND_KIND)).code());
      if (kinds != 0) {
        return kinds;
      }
      int highs = Long.compareUnsigned(field(pieces, one, 0), field(pieces, other, 0));
      return highs != 0
          ? highs
          : Long.compareUnsigned(field(pieces, one, 1), field(pieces, other, 1));
    }

    /** Sorts with heap sort, which needs no memory and has no slow case. */
    private void sort() {
      for (int root = size / 2 - 1; root >= 0; root--) {
        sink(root, size);
      }
      for (int end = size - 1; end > 0; end--) {
        swap(0, end);
        sink(0, end);
      }
    }

    private void sink(int from, int end) {
      int root = from;
      while (2 * root + 1 < end) {
        int child = 2 * root + 1;
        if (child + 1 < end && compare(child, child + 1) < 0) {
          child++;
        }
        if (compare(root, child) >= 0) {
          return;
        }
        swap(root, child);
        root = child;
      }
    }

    private void swap(int one, int other) {
      long[] onePiece = pieces[one / PIECE_OBJECTS];
      long[] otherPiece = pieces[other / PIECE_OBJECTS];
      for (int field = 0; field < FIELDS; field++) {
        int oneAt = one % PIECE_OBJECTS * FIELDS + field;
        int otherAt = other % PIECE_OBJECTS * FIELDS + field;
        long moved = onePiece[oneAt];
        onePiece[oneAt] = otherPiece[otherAt];
        otherPiece[otherAt] = moved;
      }
    }
  }
}
