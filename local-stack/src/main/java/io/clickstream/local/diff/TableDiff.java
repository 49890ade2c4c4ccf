package io.clickstream.local.diff;

import java.util.List;
import java.util.Map;

/**
 * What differs in one table.
 *
 * @param table name
 * @param oldRows number of rows of the old table
 * @param newRows number of rows of the new table
 * @param changed number of keys whose rows differ
 * @param onlyOld number of rows whose key only the old table has
 * @param onlyNew number of rows whose key only the new table has
 * @param changedColumns number of changed rows by column, the most changed column first
 * @param examples up to ten rows that differ, in the order of their keys
 * @param columnsOnlyOld columns that only the old table has; they are not compared
 * @param columnsOnlyNew columns that only the new table has; they are not compared
 */
public record TableDiff(
    String table,
    long oldRows,
    long newRows,
    long changed,
    long onlyOld,
    long onlyNew,
    Map<String, Long> changedColumns,
    List<Example> examples,
    List<String> columnsOnlyOld,
    List<String> columnsOnlyNew) {

  /** The kinds of rows that differ. */
  public enum Kind {
    CHANGED("changed"),
    ONLY_OLD("only old"),
    ONLY_NEW("only new");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /**
   * A row that differs.
   *
   * @param key values of the primary key by column
   * @param values the columns that differ; of a row that one table has, its first values
   */
  public record Example(Kind kind, Map<String, String> key, List<ValueChange> values) {}

  /**
   * An old and a new value, shortened; null for SQL's null and for a row that is absent.
   *
   * @param column name
   */
  public record ValueChange(String column, String before, String after) {}

  /** Returns the number of keys that differ. */
  public long differing() {
    return changed + onlyOld + onlyNew;
  }

  /** Returns true if rows or columns differ. */
  public boolean differs() {
    return differing() > 0 || !columnsOnlyOld.isEmpty() || !columnsOnlyNew.isEmpty();
  }
}
