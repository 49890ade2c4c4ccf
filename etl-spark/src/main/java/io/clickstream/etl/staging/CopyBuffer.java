package io.clickstream.etl.staging;

import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.UnprocessableRowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Encodes rows for one table and sends them by {@code COPY … (FORMAT binary)} per megabyte.
 *
 * <p>It sends inside the transaction of the connection and never commits.
 */
public final class CopyBuffer {

  private static final int FLUSH_BYTES = 1 << 20;
  private final String command;
  private final ColumnType[] types;
  private final int offset;
  private ByteBuffer bytes = ByteBuffer.allocate(FLUSH_BYTES + 64 * 1024);

  /**
   * Creates an empty buffer.
   *
   * @param offset position in a row of the table's first column
   */
  public CopyBuffer(String table, Columns columns, int offset) {
    this.command = "COPY " + table + " (" + columns.list("") + ") FROM STDIN (FORMAT binary)";
    this.types = columns.types();
    this.offset = offset;
  }

  /** Adds a row, and sends the buffer if it is full. */
  public void add(Connection connection, Row row) throws SQLException {
    if (bytes.position() == 0) {
      bytes.put(BinaryCopy.header());
    }
    room(Short.BYTES).putShort((short) types.length);
    try {
      for (int i = 0; i < types.length; i++) {
        put(types[i], row.get(offset + i));
      }
    } catch (RuntimeException e) {
      throw new UnprocessableRowException("a row for " + command, e);
    }
    if (bytes.position() >= FLUSH_BYTES) {
      flush(connection);
    }
  }

  /** Sends the rows in the buffer. */
  public void flush(Connection connection) throws SQLException {
    if (bytes.position() == 0) {
      return;
    }
    room(Short.BYTES).putShort((short) BinaryCopy.END);
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
    try {
      copy.writeToCopy(bytes.array(), 0, bytes.position());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
    bytes.clear();
  }

  private void put(ColumnType type, Object value) {
    if (value == null) {
      room(Integer.BYTES).putInt(BinaryCopy.NULL);
      return;
    }
    switch (type) {
      case TEXT -> putBytes(((String) value).getBytes(StandardCharsets.UTF_8));
      case JSONB -> {
        byte[] json = ((String) value).getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + 1 + json.length)
            .putInt(1 + json.length)
            .put(BinaryCopy.JSONB_VERSION)
            .put(json);
      }
      case BYTEA -> putBytes((byte[]) value);
      case UUID -> {
        UUID uuid = UUID.fromString((String) value);
        room(Integer.BYTES + 2 * Long.BYTES)
            .putInt(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits());
      }
      case TIMESTAMPTZ -> putLong((Long) value - BinaryCopy.EPOCH_MICROS);
      case BIGINT -> putLong((Long) value);
      case DATE -> putInt((Integer) value - BinaryCopy.EPOCH_DAYS);
      case INTEGER -> putInt((Integer) value);
      case BOOLEAN -> room(Integer.BYTES + 1).putInt(1).put((byte) ((Boolean) value ? 1 : 0));
      default -> throw new IllegalArgumentException("Cannot encode a value of type " + type + ".");
    }
  }

  private void putBytes(byte[] value) {
    room(Integer.BYTES + value.length).putInt(value.length).put(value);
  }

  private void putLong(long value) {
    room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
  }

  private void putInt(int value) {
    room(Integer.BYTES + Integer.BYTES).putInt(Integer.BYTES).putInt(value);
  }

  /** Returns the buffer with room for at least {@code needed} bytes. */
  private ByteBuffer room(int needed) {
    if (bytes.remaining() < needed) {
      int capacity = Math.max(2 * bytes.capacity(), bytes.position() + needed);
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity)).position(bytes.position());
    }
    return bytes;
  }
}
