package io.clickstream.etl.schema;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * The shape of a dataset that carries several kinds of rows.
 *
 * <p>The first column, {@code kind}, has the tag of the row's group. The columns of each group
 * follow, one group after the other; a row fills the columns of its own group only.
 */
public final class TaggedRows {

  /** Name of the first column. */
  public static final String KIND = "kind";

  private final Columns columns;
  private final List<RowGroup> groups;

  private TaggedRows(Columns columns, List<RowGroup> groups) {
    this.columns = columns;
    this.groups = groups;
  }

  /**
   * A group to be placed in a dataset.
   *
   * @param tag value of {@code kind} in rows of the group
   * @param prefix text before each of the group's column names in the dataset, may be empty
   * @param columns columns of the group
   */
  record Group(String tag, String prefix, Columns columns) {}

  static TaggedRows of(Group... groups) {
    Columns columns = Columns.of(new Column(KIND, ColumnType.TEXT));
    for (Group group : groups) {
      columns = columns.and(group.columns().prefixed(group.prefix()));
    }
    int width = columns.all().size();
    int offset = RowGroup.KIND + 1;
    List<RowGroup> placed = new ArrayList<>();
    for (Group group : groups) {
      placed.add(new RowGroup(group.tag(), group.columns(), offset, width));
      offset += group.columns().all().size();
    }
    return new TaggedRows(columns, List.copyOf(placed));
  }

  /** Returns the group with a tag. */
  RowGroup group(String tag) {
    return groups.stream()
        .filter(group -> group.tag().equals(tag))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Cannot find row group " + tag + "."));
  }

  /** Returns the groups in the order of their columns. */
  public List<RowGroup> groups() {
    return groups;
  }

  /** Returns all columns: {@code kind}, then those of each group with the group's prefix. */
  public Columns columns() {
    return columns;
  }

  /** Returns the dataset's Spark schema; every field is nullable. */
  public StructType sparkSchema() {
    return columns.sparkSchema();
  }
}
