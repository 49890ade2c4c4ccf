package io.clickstream.etl.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaggedRowsTest {

  private static final Columns POINT =
      Columns.of(new Column("x", ColumnType.INTEGER), new Column("y", ColumnType.INTEGER));
  private static final Columns LABEL = Columns.of(new Column("text", ColumnType.TEXT));

  private static final TaggedRows ROWS =
      TaggedRows.of(
          new TaggedRows.Group("point", "", POINT), new TaggedRows.Group("label", "label_", LABEL));

  static List<TaggedRows> all() {
    return List.of(RawRow.ALL, ParsedRow.ALL, SessionizedRow.ALL);
  }

  @Test
  void theColumnsAreTheKindAndThenThoseOfEachGroup() {
    assertThat(ROWS.columns().names()).containsExactly("kind", "x", "y", "label_text");
  }

  @Test
  void aRowFillsTheColumnsOfItsGroupOnly() {
    assertThat(ROWS.group("point").row(1, 2)).isEqualTo(RowFactory.create("point", 1, 2, null));
    assertThat(ROWS.group("label").row("a")).isEqualTo(RowFactory.create("label", null, null, "a"));
  }

  @Test
  void aGroupReadsWhatItWrote() {
    RowGroup point = ROWS.group("point");
    RowGroup label = ROWS.group("label");
    Row row = label.row("a");
    assertThat(label.holds(row)).isTrue();
    assertThat(point.holds(row)).isFalse();
    assertThat(label.values(row)).containsExactly("a");
    assertThat(row.get(label.indexOf("text"))).isEqualTo("a");
    assertThat(RowGroup.tagOf(row)).isEqualTo("label");
  }

  @Test
  void aRowMustHaveTheNumberOfColumnsOfItsGroup() {
    RowGroup point = ROWS.group("point");
    assertThatThrownBy(() -> point.row(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot write a row of group point: it has 2 columns, not 1.");
  }

  @ParameterizedTest
  @MethodSource("all")
  void tagsAndColumnNamesAreUnique(TaggedRows rows) {
    List<String> tags = rows.groups().stream().map(RowGroup::tag).toList();
    assertThat(new HashSet<>(tags)).hasSameSizeAs(tags);
    assertThat(new HashSet<>(rows.columns().names())).hasSameSizeAs(rows.columns().names());
  }
}
