package io.clickstream.etl.schema;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One kind of row in a {@link TaggedRows} dataset: its tag and the columns that it fills.
 *
 * @param tag value of the column {@code kind} in rows of this group
 * @param columns columns of the group, without the prefix that they have in the dataset
 * @param offset position in the dataset's rows of the group's first column
 * @param width number of columns of the dataset
 */
public record RowGroup(String tag, Columns columns, int offset, int width) implements Serializable {

  /** Position of the column {@code kind} in the dataset's rows. */
  static final int KIND = 0;

  /** Returns true if the row belongs to this group. */
  public boolean holds(Row row) {
    return tag.equals(tagOf(row));
  }

  /** Returns the tag of a row. */
  public static String tagOf(Row row) {
    return row.getString(KIND);
  }

  /**
   * Returns the position of a column in the dataset's rows.
   *
   * @param name name of the column in this group, without prefix
   */
  public int indexOf(String name) {
    return offset + columns.indexOf(name);
  }

  /** Returns a dataset row of this group; the columns of all other groups are null. */
  public Row row(Object... values) {
    if (values.length != columns.all().size()) {
      throw new IllegalArgumentException(
          "Cannot write a row of group %s: it has %d columns, not %d."
              .formatted(tag, columns.all().size(), values.length));
    }
    Object[] row = new Object[width];
    row[KIND] = tag;
    System.arraycopy(values, 0, row, offset, values.length);
    return RowFactory.create(row);
  }

  /** Returns the values that a dataset row has in the columns of this group. */
  public Object[] values(Row row) {
    Object[] values = new Object[columns.all().size()];
    Arrays.setAll(values, i -> row.get(offset + i));
    return values;
  }
}
