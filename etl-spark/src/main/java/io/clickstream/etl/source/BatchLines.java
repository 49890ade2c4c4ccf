package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * The rows of a batch object: one per record, then the row of the object. Lines end with 0x0A only
 * and are numbered from 1. A blank line has a number but no row.
 */
final class BatchLines implements Iterator<Row>, AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final String key;
  private final long lastModifiedMicros;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(1_024);
  private int position;
  private int filled;
  private int lineNumber;
  private int records;
  private Row next;

  /**
   * Creates the rows of an object.
   *
   * @param in the whole content, in memory or in a local file
   */
  BatchLines(RawKey key, long lastModifiedMicros, InputStream in) {
    this.key = key.relative();
    this.lastModifiedMicros = lastModifiedMicros;
    this.in = in;
    this.next = following();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Row next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Row row = next;
    boolean last = RawRow.OBJECT.holds(row);
    next = last ? null : following();
    return row;
  }

  private Row following() {
    try {
      while (filled >= 0) {
        lineNumber++;
        line.reset();
        long length = readLine();
        byte[] body = line.toByteArray();
        if (!isBlank(body)) {
          records++;
          return RawRows.record(RawKey.ofLine(key, lineNumber), lastModifiedMicros, body, length);
        }
      }
      close();
      return RawRows.read(key, records);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the fetched bytes of " + key + ".", e);
    }
  }

  /** Reads up to the next line feed, or to the end, after which {@code filled} is negative. */
  private long readLine() throws IOException {
    long length = 0;
    while (true) {
      int start = position;
      while (position < filled && buffer[position] != '\n') {
        position++;
      }
      length += position - start;
      // A line over the limit is kept only as far as its rejection needs it.
      line.write(buffer, start, Math.min(position - start, Limits.RECORD_BYTES + 1 - line.size()));
      if (position < filled) {
        position++;
        return length;
      }
      filled = in.read(buffer);
      position = 0;
      if (filled < 0) {
        return length;
      }
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the fetched bytes of " + key + ".", e);
    }
  }
}
