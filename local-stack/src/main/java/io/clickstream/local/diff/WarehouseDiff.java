package io.clickstream.local.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What differs between an old and a new warehouse. The ledger ({@code etl_*}) is not compared: it
 * tells how a warehouse was loaded, not what is in it.
 *
 * @param old user and address of the old warehouse
 * @param current user and address of the new warehouse
 * @param settings the settings that differ
 * @param tables all compared tables, the one with the most differing rows first
 * @param tablesOnlyOld tables that only the old warehouse has
 * @param tablesOnlyNew tables that only the new warehouse has
 * @param notCompared tables without the same primary key in both warehouses, and tables that the
 *     user may not read
 * @param metrics what differs in the metrics of days
 */
public record WarehouseDiff(
    String old,
    String current,
    List<SettingChange> settings,
    List<TableDiff> tables,
    List<String> tablesOnlyOld,
    List<String> tablesOnlyNew,
    List<String> notCompared,
    MetricsDiff metrics) {

  /** A setting that differs; null where a warehouse does not have it. */
  public record SettingChange(String name, String before, String after) {}

  public WarehouseDiff {
    settings = List.copyOf(settings);
    tables = List.copyOf(tables);
    tablesOnlyOld = List.copyOf(tablesOnlyOld);
    tablesOnlyNew = List.copyOf(tablesOnlyNew);
    notCompared = List.copyOf(notCompared);
  }

  /**
   * Compares two states.
   *
   * @param progress receives a line per table
   */
  public static WarehouseDiff of(Snapshot old, Snapshot current, Consumer<String> progress) {
    Map<String, TableColumns> oldTables = TableColumns.of(old);
    Map<String, TableColumns> newTables = TableColumns.of(current);
    List<TableDiff> tables = new ArrayList<>();
    List<String> notCompared = new ArrayList<>();
    for (Map.Entry<String, TableColumns> table : oldTables.entrySet()) {
      TableColumns other = newTables.get(table.getKey());
      if (other != null) {
        Optional<ComparedTable> compared =
            ComparedTable.of(table.getKey(), table.getValue(), other);
        if (compared.isEmpty()) {
          notCompared.add(table.getKey());
        } else {
          TableDiff diff =
              CompareTable.compare(compared.get(), old, table.getValue(), current, other);
          progress.accept("%s: %,d rows differ".formatted(diff.table(), diff.differing()));
          tables.add(diff);
        }
      }
    }
    tables.sort(Comparator.comparingLong(TableDiff::differing).reversed());
    return new WarehouseDiff(
        old.toString(),
        current.toString(),
        settings(old, current),
        tables,
        without(oldTables, newTables),
        without(newTables, oldTables),
        notCompared,
        CompareMetrics.compare(old, current));
  }

  private static List<String> without(
      Map<String, TableColumns> tables, Map<String, TableColumns> others) {
    return tables.keySet().stream().filter(table -> !others.containsKey(table)).toList();
  }

  private static List<SettingChange> settings(Snapshot old, Snapshot current) {
    Map<String, String> before = settings(old);
    Map<String, String> after = settings(current);
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(before.get(name), after.get(name)))
        .map(name -> new SettingChange(name, before.get(name), after.get(name)))
        .toList();
  }

  private static Map<String, String> settings(Snapshot warehouse) {
    Map<String, String> settings = new LinkedHashMap<>();
    warehouse.rows("settings", row -> settings.put(row.getString(1), row.getString(2)));
    return settings;
  }

  /** Returns true if anything differs. */
  public boolean differs() {
    return !settings.isEmpty()
        || !tablesOnlyOld.isEmpty()
        || !tablesOnlyNew.isEmpty()
        || tables.stream().anyMatch(TableDiff::differs);
  }

  /** Returns the number of rows of the new warehouse in compared tables. */
  public long newRows() {
    return tables.stream().mapToLong(TableDiff::newRows).sum();
  }

  /** Returns the number of keys that differ, in all tables. */
  public long differingRows() {
    return tables.stream().mapToLong(TableDiff::differing).sum();
  }
}
