package io.clickstream.etl.sql;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of a query, which the server sends one after another by {@code COPY}.
 *
 * <p>The memory is that of one row, however many there are. The connection can do nothing else
 * until the last row is read. If the rest is not read, only closing the connection ends the copy.
 */
public final class CopiedRows {

  private static final byte TAB = '\t';
  private static final byte NEWLINE = '\n';
  private static final byte BACKSLASH = '\\';

  private final CopyOut copy;

  private CopiedRows(CopyOut copy) {
    this.copy = copy;
  }

  static CopiedRows of(Connection connection, String query) {
    try {
      return new CopiedRows(
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("COPY (" + query + ") TO STDOUT"));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /**
   * Returns the fields of the next row as {@code COPY} writes them: UTF-8 with escapes. Returns
   * null after the last row.
   */
  public byte[][] next() {
    byte[] row;
    try {
      row = copy.readFromCopy();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
    return row == null ? null : fields(row);
  }

  private static byte[][] fields(byte[] row) {
    int end = row.length > 0 && row[row.length - 1] == NEWLINE ? row.length - 1 : row.length;
    List<byte[]> fields = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= end; i++) {
      // A tab inside a value is written as an escape.
      if (i == end || row[i] == TAB) {
        fields.add(Arrays.copyOfRange(row, start, i));
        start = i + 1;
      }
    }
    return fields.toArray(byte[][]::new);
  }

  /** Returns the value of a field as UTF-8 without escapes, or null for SQL's null. */
  public static byte[] value(byte[] field) {
    if (field.length == 2 && field[0] == BACKSLASH && field[1] == 'N') {
      return null;
    }
    ByteArrayOutputStream value = new ByteArrayOutputStream(field.length);
    for (int i = 0; i < field.length; i++) {
      value.write(field[i] == BACKSLASH ? unescaped(field[++i]) : field[i]);
    }
    return value.toByteArray();
  }

  /** Returns the byte of an escape: {@code COPY} writes these, and a backslash as two. */
  private static int unescaped(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0B;
      default -> letter;
    };
  }
}
