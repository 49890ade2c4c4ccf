package io.clickstream.local.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The columns of a table of one warehouse.
 *
 * @param types types by column, in the table's order
 * @param key columns of the primary key, in its order; empty without one
 * @param isReadable whether the user may read the table
 */
record TableColumns(Map<String, String> types, List<String> key, boolean isReadable) {

  private record Column(
      String table, String name, String type, Optional<Integer> keyPlace, boolean isReadable) {}

  /** Returns the compared tables of a warehouse by name, in the order of their names. */
  static Map<String, TableColumns> of(Snapshot warehouse) {
    Map<String, TableColumns> tables = new LinkedHashMap<>();
    List<Column> columns =
        warehouse.rows(
            "columns_of_tables",
            row ->
                new Column(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    Optional.ofNullable((Number) row.getObject(4)).map(Number::intValue),
                    row.getBoolean(5)));
    Map<String, Map<Integer, String>> keys = new LinkedHashMap<>();
    for (Column column : columns) {
      tables
          .computeIfAbsent(
              column.table(),
              name ->
                  new TableColumns(new LinkedHashMap<>(), new ArrayList<>(), column.isReadable()))
          .types()
          .put(column.name(), column.type());
      column
          .keyPlace()
          .ifPresent(
              place ->
                  keys.computeIfAbsent(column.table(), name -> new TreeMap<>())
                      .put(place, column.name()));
    }
    keys.forEach((table, key) -> tables.get(table).key().addAll(key.values()));
    return tables;
  }
}
