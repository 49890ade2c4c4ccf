package io.clickstream.etl.source;

import io.clickstream.event.KeyOrder;
import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import java.io.Serializable;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The raw objects of one hour, in the order of their names. Immutable. An hour may have millions of
 * objects, so each takes 32 bytes, and {@link #get} creates the {@link ListedObject}.
 *
 * <p>An object is single, or it is in a row group of a pack.
 */
public final class ListedObjects extends AbstractList<ListedObject>
    implements RandomAccess, Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Fields of an object: both halves of its UUID; size, place and kind; time of modification. The
   * last one is the row group in place of the time if the object is in a pack.
   */
  private static final int FIELDS = 4;

  private static final int SIZE_AND_KIND = 2;
  private static final int MODIFIED = 3;

  private static final int KIND_BITS = 2;
  private static final long KIND_MASK = (1 << KIND_BITS) - 1;
  private static final long PACKED = 1 << KIND_BITS;
  private static final int SIZE_SHIFT = KIND_BITS + 1;
  private static final Kind[] KINDS = Kind.values();

  /** Objects in a piece of the array: with pieces, growth does not copy the whole list. */
  private static final int PIECE_OBJECTS = 1_024;

  private final Instant hour;
  private final List<Pack> packs;
  private final long[][] pieces;
  private final int from;
  private final int size;

  private ListedObjects(Instant hour, List<Pack> packs, long[][] pieces, int from, int size) {
    this.hour = hour;
    this.packs = packs;
    this.pieces = pieces;
    this.from = from;
    this.size = size;
  }

  /** Returns no objects of the same hour. */
  ListedObjects none() {
    return new Builder(hour).build();
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
        sizeAndKind >>> SIZE_SHIFT,
        isPacked(sizeAndKind) ? 0 : field(pieces, at, MODIFIED));
  }

  /** Returns the position of a key, or -1 if the list does not have it. */
  int indexOf(RawKey key) {
    return KeyOrder.find(size, index -> compare(from + index, key));
  }

  /** Returns true if the list has an object with this key. */
  public boolean has(RawKey key) {
    return indexOf(key) >= 0;
  }

  private int compare(int at, RawKey key) {
    return KeyOrder.compare(
        kind(field(pieces, at, SIZE_AND_KIND)).code(),
        field(pieces, at, 0),
        field(pieces, at, 1),
        key);
  }

  /** Returns the single objects. */
  ListedObjects loose() {
    if (packs.isEmpty()) {
      return this;
    }
    Builder loose = new Builder(hour);
    for (int i = 0; i < size; i++) {
      if (!isPacked(field(pieces, from + i, SIZE_AND_KIND))) {
        loose.copy(this, i);
      }
    }
    return loose.build();
  }

  /** Returns the objects in packs, by row group, in the order of packs. */
  List<RowGroupSelection> packed() {
    Map<Long, Builder> byRowGroup = new TreeMap<>();
    for (int i = 0; i < size && !packs.isEmpty(); i++) {
      int at = from + i;
      long sizeAndKind = field(pieces, at, SIZE_AND_KIND);
      if (isPacked(sizeAndKind)) {
        byRowGroup
            .computeIfAbsent(field(pieces, at, MODIFIED), rowGroup -> new Builder(hour))
            .add(field(pieces, at, 0), field(pieces, at, 1), sizeAndKind & ~PACKED, 0);
      }
    }
    List<RowGroupSelection> packed = new ArrayList<>();
    byRowGroup.forEach(
        (place, objects) ->
            packed.add(
                new RowGroupSelection(
                    packs.get((int) (place >>> Integer.SIZE)), place.intValue(), objects.build())));
    return packed;
  }

  /**
   * Returns these objects, those of packs, and others, each key once.
   *
   * @param packsFirst whether an object that is single and also in a pack is read from the pack,
   *     which is much faster
   */
  public ListedObjects and(
      List<PackContents> contents, List<ListedObject> others, boolean packsFirst) {
    if (contents.isEmpty() && others.isEmpty()) {
      return this;
    }
    Builder all = new Builder(hour, contents.stream().map(PackContents::pack).toList());
    for (int i = 0; i < size; i++) {
      if (!packsFirst || !isInFirst(contents.size(), contents, get(i).key())) {
        all.copy(this, i);
      }
    }
    for (int pack = 0; pack < contents.size(); pack++) {
      ListedObjects objects = contents.get(pack).objects();
      for (int i = 0; i < objects.size; i++) {
        RawKey key = objects.get(i).key();
        if ((packsFirst || !has(key)) && !isInFirst(pack, contents, key)) {
          int at = objects.from + i;
          all.add(
              field(objects.pieces, at, 0),
              field(objects.pieces, at, 1),
              field(objects.pieces, at, SIZE_AND_KIND),
              (long) pack << Integer.SIZE | field(objects.pieces, at, MODIFIED));
        }
      }
    }
    others.forEach(all::add);
    return all.build();
  }

  /** Returns a view. Its serialized form holds only the objects of the view. */
  @Override
  public ListedObjects subList(int fromIndex, int toIndex) {
    Objects.checkFromToIndex(fromIndex, toIndex, size);
    return new ListedObjects(hour, packs, pieces, from + fromIndex, toIndex - fromIndex);
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
    Builder filtered = new Builder(hour, packs);
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

  /** Returns a high estimate of the number of records in the objects. */
  long mostRecords() {
    long records = 0;
    for (ListedObject object : this) {
      records += object.mostRecords();
    }
    return records;
  }

  private Object writeReplace() {
    boolean whole = from == 0 && size > (pieces.length - 1) * PIECE_OBJECTS;
    if (whole) {
      return this;
    }
    Builder copy = new Builder(hour, packs);
    for (int i = 0; i < size; i++) {
      copy.copy(this, i);
    }
    return copy.build();
  }

  private static boolean isInFirst(int packs, List<PackContents> contents, RawKey key) {
    for (int i = 0; i < packs; i++) {
      if (contents.get(i).objects().has(key)) {
        return true;
      }
    }
    return false;
  }

  private static Kind kind(long sizeAndKind) {
    return KINDS[(int) (sizeAndKind & KIND_MASK)];
  }

  private static boolean isPacked(long sizeAndKind) {
    return (sizeAndKind & PACKED) != 0;
  }

  private static long sizeAndKind(ListedObject object) {
    return object.size() << SIZE_SHIFT | object.key().kind().ordinal();
  }

  private static long field(long[][] pieces, int index, int field) {
    return pieces[index / PIECE_OBJECTS][index % PIECE_OBJECTS * FIELDS + field];
  }

  /** Collects the objects of an hour in any order. */
  public static final class Builder {

    private final Instant hour;
    private final List<Pack> packs;
    private long[][] pieces = new long[0][];
    private int size;
    private boolean ordered = true;

    /** Creates a builder for the objects of an hour. */
    public Builder(Instant hour) {
      this(hour, List.of());
    }

    /**
     * Creates a builder for the objects of an hour.
     *
     * @param packs packs that hold some of them
     */
    Builder(Instant hour, List<Pack> packs) {
      this.hour = hour;
      this.packs = packs;
    }

    /**
     * Adds an object.
     *
     * @throws IllegalArgumentException when it belongs to another hour
     */
    public Builder add(ListedObject object) {
      return add(object, sizeAndKind(object), object.lastModifiedMillis());
    }

    /** Adds an object of the first pack. */
    Builder addPacked(ListedObject object, int rowGroup) {
      return add(object, sizeAndKind(object) | PACKED, rowGroup);
    }

    private Builder add(ListedObject object, long sizeAndKind, long modified) {
      RawKey key = object.key();
      if (!key.hour().equals(hour)) {
        throw new IllegalArgumentException(
            "Cannot add " + key.relative() + ": it is not of the hour " + hour + ".");
      }
      return add(
          key.id().getMostSignificantBits(),
          key.id().getLeastSignificantBits(),
          sizeAndKind,
          modified);
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
      return new ListedObjects(hour, packs, all, 0, size);
    }

    /** Returns the list like {@link #build}, with one object of each key. */
    ListedObjects buildDistinct() {
      ListedObjects all = build();
      Builder distinct = new Builder(hour, packs);
      for (int i = 0; i < all.size; i++) {
        if (i == 0 || !all.get(i).key().equals(all.get(i - 1).key())) {
          distinct.copy(all, i);
        }
      }
      return distinct.size == all.size ? all : distinct.build();
    }

    private int compare(int one, int other) {
      return KeyOrder.compare(
          kind(field(pieces, one, SIZE_AND_KIND)).code(),
          field(pieces, one, 0),
          field(pieces, one, 1),
          kind(field(pieces, other, SIZE_AND_KIND)).code(),
          field(pieces, other, 0),
          field(pieces, other, 1));
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
