package io.clickstream.etl.load;

import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into one table by {@code COPY … (FORMAT binary)}, sent whenever a megabyte has
 * come together. Sends inside the connection's transaction; never commits.
 */
final class CopyBuffer {

  private static final int FLUSH_BYTES = 1 << 20;
  private final String command;
  private final ColumnType[] types;
  private final int offset;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(FLUSH_BYTES + 64 * 1024);
  private final DataOutputStream out = new DataOutputStream(bytes);
  private boolean empty = true;

  /**
   * A buffer for a table.
   *
   * @param offset where in a row the table's columns begin
   */
  CopyBuffer(String table, Columns columns, int offset) {
    this.command = "COPY " + table + " (" + columns.list("") + ") FROM STDIN (FORMAT binary)";
    this.types = columns.types();
    this.offset = offset;
  }

  /** Adds a row; sends when there is enough. */
  void add(Connection connection, Row row) throws SQLException {
    try {
      if (empty) {
        out.write(BinaryCopy.header());
        empty = false;
      }
      out.writeShort(types.length);
      for (int i = 0; i < types.length; i++) {
        write(types[i], row.get(offset + i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    if (bytes.size() >= FLUSH_BYTES) {
      flush(connection);
    }
  }

  /** Sends what there is. */
  void flush(Connection connection) throws SQLException {
    if (empty) {
      return;
    }
    try {
      out.writeShort(BinaryCopy.END);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
    try {
      byte[] all = bytes.toByteArray();
      copy.writeToCopy(all, 0, all.length);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
    bytes.reset();
    empty = true;
  }

  private void write(ColumnType type, Object value) throws IOException {
    if (value == null) {
      out.writeInt(BinaryCopy.NULL);
      return;
    }
    switch (type) {
      case TEXT -> writeBytes(((String) value).getBytes(StandardCharsets.UTF_8));
      case JSONB -> {
        byte[] json = ((String) value).getBytes(StandardCharsets.UTF_8);
        out.writeInt(json.length + 1);
        out.writeByte(BinaryCopy.JSONB_VERSION);
        out.write(json);
      }
      case BYTEA -> writeBytes((byte[]) value);
      case UUID -> {
        UUID uuid = UUID.fromString((String) value);
        out.writeInt(16);
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
      }
      case TIMESTAMPTZ -> {
        out.writeInt(Long.BYTES);
        out.writeLong((Long) value - BinaryCopy.EPOCH_MICROS);
      }
      case BIGINT -> {
        out.writeInt(Long.BYTES);
        out.writeLong((Long) value);
      }
      case DATE -> {
        out.writeInt(Integer.BYTES);
        out.writeInt((Integer) value - BinaryCopy.EPOCH_DAYS);
      }
      case INTEGER -> {
        out.writeInt(Integer.BYTES);
        out.writeInt((Integer) value);
      }
      case BOOLEAN -> {
        out.writeInt(1);
        out.writeByte((Boolean) value ? 1 : 0);
      }
      default -> throw new IllegalArgumentException("no binary form for " + type);
    }
  }

  private void writeBytes(byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }
}
