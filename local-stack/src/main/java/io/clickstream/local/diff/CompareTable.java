package io.clickstream.local.diff;

import io.clickstream.etl.sql.CopiedRows;
import io.clickstream.local.diff.TableDiff.Example;
import io.clickstream.local.diff.TableDiff.Kind;
import io.clickstream.local.diff.TableDiff.ValueChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the rows of one table: both are read once, in key order, and merged.
 *
 * <p>The memory is that of two rows and the examples, however large the tables are.
 */
final class CompareTable {

  private static final int EXAMPLES = 10;
  private static final int VALUES_OF_AN_EXAMPLE = 12;
  private static final int CHARACTERS_OF_A_VALUE = 200;

  private record NumberedExample(long number, Example example) {}

  /** The rows of one side, which must be in strictly ascending order. */
  private final class Side {
    private final String warehouse;
    private final CopiedRows rows;
    private byte[][] row;
    private byte[][] key;
    private long count;

    Side(Snapshot warehouse, TableColumns columns) {
      this.warehouse = warehouse.toString();
      this.rows = warehouse.copy(table.query(columns));
      advance();
    }

    void advance() {
      byte[][] before = key;
      row = rows.next();
      if (row == null) {
        return;
      }
      count++;
      key = table.key(row);
      if (before != null && table.compareKeys(before, key) >= 0) {
        throw new IllegalStateException(
            "Cannot compare %s of %s: its index gives rows in a wrong order. Run REINDEX."
                .formatted(table.name(), warehouse));
      }
    }
  }

  private final ComparedTable table;
  private final Side old;
  private final Side current;
  private final long[] changedColumns;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<NumberedExample>> examples = new EnumMap<>(Kind.class);
  private long differing;

  private CompareTable(
      ComparedTable table,
      Snapshot oldWarehouse,
      TableColumns oldColumns,
      Snapshot newWarehouse,
      TableColumns newColumns) {
    this.table = table;
    this.old = new Side(oldWarehouse, oldColumns);
    this.current = new Side(newWarehouse, newColumns);
    this.changedColumns = new long[table.values().size()];
    for (Kind kind : Kind.values()) {
      counts.put(kind, 0L);
      examples.put(kind, new ArrayList<>());
    }
  }

  static TableDiff compare(
      ComparedTable table,
      Snapshot oldWarehouse,
      TableColumns oldColumns,
      Snapshot newWarehouse,
      TableColumns newColumns) {
    return new CompareTable(table, oldWarehouse, oldColumns, newWarehouse, newColumns).compare();
  }

  private TableDiff compare() {
    while (old.row != null || current.row != null) {
      int order = order();
      if (order < 0) {
        add(Kind.ONLY_OLD, old.row, null);
      } else if (order > 0) {
        add(Kind.ONLY_NEW, null, current.row);
      } else if (!Arrays.deepEquals(old.row, current.row)) {
        countColumns();
        add(Kind.CHANGED, old.row, current.row);
      }
      if (order <= 0) {
        old.advance();
      }
      if (order >= 0) {
        current.advance();
      }
    }
    return new TableDiff(
        table.name(),
        old.count,
        current.count,
        counts.get(Kind.CHANGED),
        counts.get(Kind.ONLY_OLD),
        counts.get(Kind.ONLY_NEW),
        columnsByCount(),
        chosenExamples(),
        table.columnsOnlyOld(),
        table.columnsOnlyNew());
  }

  private int order() {
    if (old.row == null) {
      return 1;
    }
    return current.row == null ? -1 : table.compareKeys(old.key, current.key);
  }

  private void countColumns() {
    int keys = table.key().size();
    for (int i = 0; i < changedColumns.length; i++) {
      if (!Arrays.equals(old.row[keys + i], current.row[keys + i])) {
        changedColumns[i]++;
      }
    }
  }

  private void add(Kind kind, byte[][] before, byte[][] after) {
    counts.merge(kind, 1L, Long::sum);
    differing++;
    List<NumberedExample> ofKind = examples.get(kind);
    if (ofKind.size() < EXAMPLES) {
      ofKind.add(
          new NumberedExample(
              differing, new Example(kind, key(before, after), values(before, after))));
    }
  }

  private Map<String, String> key(byte[][] before, byte[][] after) {
    Map<String, String> key = new LinkedHashMap<>();
    byte[][] row = before == null ? after : before;
    for (int i = 0; i < table.key().size(); i++) {
      key.put(table.key().get(i).name(), text(row[i]));
    }
    return key;
  }

  private List<ValueChange> values(byte[][] before, byte[][] after) {
    List<ValueChange> changes = new ArrayList<>();
    int keys = table.key().size();
    for (int i = 0; i < changedColumns.length && changes.size() < VALUES_OF_AN_EXAMPLE; i++) {
      byte[] left = before == null ? null : before[keys + i];
      byte[] right = after == null ? null : after[keys + i];
      boolean isAbsent = text(left) == null && text(right) == null;
      if (!isAbsent && !Arrays.equals(left, right)) {
        changes.add(new ValueChange(table.values().get(i), text(left), text(right)));
      }
    }
    return changes;
  }

  private static String text(byte[] field) {
    byte[] value = field == null ? null : CopiedRows.value(field);
    if (value == null) {
      return null;
    }
    String text = new String(value, StandardCharsets.UTF_8);
    return text.codePointCount(0, text.length()) <= CHARACTERS_OF_A_VALUE
        ? text
        : text.substring(0, text.offsetByCodePoints(0, CHARACTERS_OF_A_VALUE)) + "…";
  }

  private Map<String, Long> columnsByCount() {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < changedColumns.length; i++) {
      if (changedColumns[i] > 0) {
        places.add(i);
      }
    }
    places.sort(Comparator.comparing(i -> -changedColumns[i]));
    Map<String, Long> columns = new LinkedHashMap<>();
    places.forEach(i -> columns.put(table.values().get(i), changedColumns[i]));
    return columns;
  }

  /** Returns examples of each kind that occurs, as equally many as possible, in key order. */
  private List<Example> chosenExamples() {
    List<NumberedExample> chosen = new ArrayList<>();
    for (int place = 0; place < EXAMPLES; place++) {
      for (List<NumberedExample> ofKind : examples.values()) {
        if (place < ofKind.size() && chosen.size() < EXAMPLES) {
          chosen.add(ofKind.get(place));
        }
      }
    }
    chosen.sort(Comparator.comparing(NumberedExample::number));
    return chosen.stream().map(NumberedExample::example).toList();
  }
}
