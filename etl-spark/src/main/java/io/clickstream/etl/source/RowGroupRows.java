package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import io.clickstream.event.RawKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * The rows of wanted objects in a row group: those of the records of an object, then that of the
 * object. If a page is damaged, the objects that were not read before are unreadable.
 */
final class RowGroupRows implements Iterator<Row>, AutoCloseable {

  private final RowGroupSelection part;
  private final RowGroupDecoder packed;
  private final HourPrefix hour;
  private final BitSet done = new BitSet();
  private Iterator<Row> current = Collections.emptyIterator();
  private String whyMissing = "it is not in the row group that had its key";
  private boolean ended;

  RowGroupRows(RowGroupSelection part, RowGroupDecoder packed) {
    this.part = part;
    this.packed = packed;
    this.hour = new HourPrefix(part.pack().key().hour());
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && !ended) {
      current = following();
    }
    return current.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }

  private Iterator<Row> following() {
    Optional<PackedObject> row = decode();
    if (row.isEmpty()) {
      ended = true;
      close();
      return rest();
    }
    Optional<RawKey> key = hour.parse(row.get().key());
    int index = key.isEmpty() ? -1 : part.objects().indexOf(key.get());
    if (index < 0 || done.get(index)) {
      return Collections.emptyIterator();
    }
    done.set(index);
    return rows(key.get(), row.get());
  }

  private Optional<PackedObject> decode() {
    try {
      return packed.hasNext() ? Optional.of(packed.next()) : Optional.empty();
    } catch (RuntimeException e) {
      whyMissing = ErrorMessage.of(PackReader.damaged(e));
      return Optional.empty();
    }
  }

  private Iterator<Row> rows(RawKey key, PackedObject row) {
    if (row.body() == null || row.lastModifiedMicros() == null) {
      String why = ReadRowGroup.in(part.pack(), "it has no body or no time");
      return List.of(RawRows.unreadable(key, why)).iterator();
    }
    long modified = row.lastModifiedMicros();
    byte[] body = row.body();
    return key.kind() == RawKey.Kind.BATCH
        ? new BatchLines(key, modified, new ByteArrayInputStream(body))
        : List.of(
                RawRows.record(row.key(), modified, body, body.length), RawRows.read(row.key(), 1))
            .iterator();
  }

  /** Returns the rows of the objects that were not found. */
  private Iterator<Row> rest() {
    String why = ReadRowGroup.in(part.pack(), whyMissing);
    ListedObjects objects = part.objects();
    return done.cardinality() == objects.size()
        ? Collections.emptyIterator()
        : IntStream.range(0, objects.size())
            .filter(index -> !done.get(index))
            .mapToObj(index -> RawRows.unreadable(objects.get(index).key(), why))
            .iterator();
  }

  @Override
  public void close() {
    try {
      packed.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + part.pack() + ".", e);
    }
  }
}
