package io.clickstream.etl.staging;

import io.clickstream.etl.schema.ColumnType;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Decodes the rows that {@code COPY … TO STDOUT (FORMAT binary)} sends. */
final class BinaryRows implements Iterator<Row> {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final DataInputStream in;
  private final ColumnType[] types;
  private Row following;

  /**
   * Starts to decode a stream.
   *
   * @param types types of the query's columns
   */
  BinaryRows(InputStream copied, ColumnType[] types) throws IOException {
    this.in = new DataInputStream(new BufferedInputStream(copied, BUFFER_BYTES));
    this.types = types;
    in.skipNBytes(BinaryCopy.SIGNATURE_AND_FLAGS);
    in.skipNBytes(in.readInt());
    advance();
  }

  private void advance() {
    try {
      following = read();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read rows from the warehouse: " + e.getMessage(), e);
    }
  }

  private Row read() throws IOException {
    int fields = in.readShort();
    if (fields == BinaryCopy.END) {
      return null;
    }
    if (fields != types.length) {
      throw new IOException("a row has %d columns instead of %d".formatted(fields, types.length));
    }
    Object[] values = new Object[fields];
    for (int i = 0; i < fields; i++) {
      int length = in.readInt();
      values[i] = length == BinaryCopy.NULL ? null : value(types[i], length);
    }
    return RowFactory.create(values);
  }

  private Object value(ColumnType type, int length) throws IOException {
    return switch (type) {
      case TEXT -> text(length);
      case JSONB -> {
        in.skipNBytes(1); // format version of JSONB
        yield text(length - 1);
      }
      case BYTEA -> in.readNBytes(length);
      case UUID -> new UUID(in.readLong(), in.readLong()).toString();
      case TIMESTAMPTZ -> in.readLong() + BinaryCopy.EPOCH_MICROS;
      case BIGINT -> in.readLong();
      case DATE -> in.readInt() + BinaryCopy.EPOCH_DAYS;
      case INTEGER -> in.readInt();
      case BOOLEAN -> in.readBoolean();
    };
  }

  private String text(int length) throws IOException {
    byte[] utf8 = new byte[length];
    in.readFully(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean hasNext() {
    return following != null;
  }

  @Override
  public Row next() {
    Row row = following;
    if (row == null) {
      throw new NoSuchElementException();
    }
    advance();
    return row;
  }
}
