package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.ErrorMessage;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.sql.Row;

/**
 * Reads one single object, and returns its rows. It returns no row before the last byte has
 * arrived, so a retry can read from the first byte. A large batch object is kept in a temporary
 * file until then.
 */
final class ReadObject {

  /** Batch objects above this size are kept in a temporary file. */
  static final int IN_MEMORY_BYTES = 8 << 20;

  private final RawStore store;
  private final StoreCircuitBreaker breaker;

  ReadObject(RawStore store, StoreCircuitBreaker breaker) {
    this.store = store;
    this.breaker = breaker;
  }

  /** Returns the read of an object. */
  Fetch<Row> fetchOf(ListedObject object) {
    return new Fetch<>() {
      @Override
      public long bytesHeld() {
        return ReadObject.bytesHeld(object);
      }

      @Override
      public Iterator<Row> fetch() {
        return apply(object);
      }
    };
  }

  private static long bytesHeld(ListedObject object) {
    return switch (object.key().kind()) {
      case EVENT -> Math.min(object.size(), Limits.RECORD_BYTES + 1);
      case BATCH -> object.size();
      case PACK -> Limits.REJECT_BODY_BYTES;
    };
  }

  /** Returns rows for the records and for the object. {@link BatchLines} need to be closed. */
  Iterator<Row> apply(ListedObject object) {
    if (!breaker.allowsRead()) {
      return only(RawRows.unreadable(object.key(), breaker.toString()));
    }
    try {
      Iterator<Row> rows =
          object.key().kind() == RawKey.Kind.PACK
              ? readNoPack(object)
              : store.read(object, in -> readWhole(in, object));
      breaker.recordResponse();
      return rows;
    } catch (FileNotFoundException e) {
      breaker.recordResponse();
      return only(missing(object, e));
    } catch (IOException e) {
      if (ReadRetry.isTransient(e)) {
        breaker.recordFailure(e);
      } else {
        breaker.recordResponse();
      }
      return only(RawRows.unreadable(object.key(), ErrorMessage.of(e)));
    }
  }

  /**
   * Reads a file that is named like a pack and whose keys could not be read: one rejected record if
   * it is none, else unreadable.
   */
  private Iterator<Row> readNoPack(ListedObject file) throws IOException {
    try {
      store.contents(file);
      throw new IOException("its keys could not be read when it was listed");
    } catch (NotAPackException e) {
      int kept = (int) Math.min(file.size(), Limits.REJECT_BODY_BYTES);
      byte[] body = kept == 0 ? new byte[0] : store.readRange(file.key(), file.size(), 0, kept);
      String key = file.key().relative();
      Row record = RawRow.RECORD.row(key, file.lastModifiedMicros(), body, file.size());
      return List.of(record, RawRows.read(key, 1)).iterator();
    }
  }

  private static Iterator<Row> only(Row row) {
    return List.of(row).iterator();
  }

  private static Iterator<Row> readWhole(InputStream in, ListedObject object) throws IOException {
    return object.key().kind() == RawKey.Kind.EVENT
        ? readEvent(in, object)
        : new BatchLines(object.key(), object.lastModifiedMicros(), fetched(in, object));
  }

  private static Iterator<Row> readEvent(InputStream in, ListedObject object) throws IOException {
    byte[] body = read(in, object.size(), Limits.RECORD_BYTES + 1);
    if (body.length <= Limits.RECORD_BYTES) {
      requireWhole(body.length, object);
    }
    long length =
        body.length <= Limits.RECORD_BYTES ? body.length : Math.max(object.size(), body.length);
    String key = object.key().relative();
    return List.of(
            RawRows.record(key, object.lastModifiedMicros(), body, length), RawRows.read(key, 1))
        .iterator();
  }

  /** Returns the whole content, from memory or from a file that is deleted when it is closed. */
  private static InputStream fetched(InputStream in, ListedObject object) throws IOException {
    byte[] first = read(in, object.size(), IN_MEMORY_BYTES + 1);
    if (first.length <= IN_MEMORY_BYTES) {
      requireWhole(first.length, object);
      return new ByteArrayInputStream(first);
    }
    Path file = Files.createTempFile("clickstream-batch-", ".ndjson");
    FileChannel spooled =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      spooled.write(ByteBuffer.wrap(first));
      in.transferTo(Channels.newOutputStream(spooled));
      requireWhole(spooled.size(), object);
      return Channels.newInputStream(spooled.position(0));
    } catch (IOException | RuntimeException | FSError e) {
      spooled.close();
      throw e;
    }
  }

  private static void requireWhole(long length, ListedObject object) throws IOException {
    if (length < object.size()) {
      throw new IOException("ended after " + length + " of " + object.size() + " bytes");
    }
  }

  /** Reads all bytes up to a limit, into one array when the size is as expected. */
  private static byte[] read(InputStream in, long expected, int limit) throws IOException {
    // One more than expected, so that the end is found without another array.
    byte[] bytes = new byte[(int) Math.min(expected + 1, limit)];
    int length = 0;
    int read;
    while (length < limit && (read = in.read(bytes, length, bytes.length - length)) >= 0) {
      length += read;
      if (length == bytes.length && length < limit) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * length, limit));
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** A local file without read permission is reported as "not found" too, but it exists. */
  private Row missing(ListedObject object, FileNotFoundException thrown) {
    try {
      return store.exists(object.key())
          ? RawRows.unreadable(object.key(), ErrorMessage.of(thrown))
          : RawRows.vanished(object.key());
    } catch (IOException e) {
      return RawRows.unreadable(object.key(), ErrorMessage.of(e));
    }
  }
}
