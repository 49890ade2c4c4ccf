package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/**
 * Reads objects of one row group of a pack, and returns their rows: the same as those of single
 * objects. It returns no row before the last byte has arrived.
 */
final class ReadRowGroup {

  private final RawStore store;
  private final PackReader reader;
  private final StoreCircuitBreaker breaker;

  ReadRowGroup(RawStore store, StoreCircuitBreaker breaker) {
    this.store = store;
    this.reader = new PackReader(store);
    this.breaker = breaker;
  }

  /** Returns the read of a row group. */
  Fetch<Row> fetchOf(RowGroupSelection part) {
    return new Fetch<>() {
      @Override
      public long bytesHeld() {
        return part.bytesHeld();
      }

      @Override
      public Iterator<Row> fetch() {
        return apply(part);
      }
    };
  }

  /** Returns rows for the records and for the objects. {@link RowGroupRows} need to be closed. */
  Iterator<Row> apply(RowGroupSelection part) {
    if (!breaker.allowsRead()) {
      return unreadable(part, breaker.toString());
    }
    try {
      RowGroupDecoder rows = reader.rows(part);
      breaker.recordResponse();
      return new RowGroupRows(part, rows);
    } catch (FileNotFoundException e) {
      breaker.recordResponse();
      return missing(part, e);
    } catch (IOException e) {
      if (ReadRetry.isTransient(e)) {
        breaker.recordFailure(e);
      } else {
        breaker.recordResponse();
      }
      return unreadable(part, in(part.pack(), ErrorMessage.of(e)));
    }
  }

  static String in(Pack pack, String why) {
    return "in " + pack.key().fileName() + ": " + why;
  }

  private static Iterator<Row> unreadable(RowGroupSelection part, String why) {
    return part.objects().stream().map(object -> RawRows.unreadable(object.key(), why)).iterator();
  }

  private Iterator<Row> missing(RowGroupSelection part, FileNotFoundException thrown) {
    try {
      if (!store.exists(part.pack().key())) {
        return part.objects().stream().map(object -> RawRows.vanished(object.key())).iterator();
      }
    } catch (IOException e) {
      return unreadable(part, in(part.pack(), ErrorMessage.of(e)));
    }
    return unreadable(part, in(part.pack(), ErrorMessage.of(thrown)));
  }
}
