package io.clickstream.bench.incremental;

import io.clickstream.bench.MeasuredWarehouse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Gives a warehouse of one day a long past: copies of that day, copy <i>n</i> moved back by
 * <i>n</i> days, of other visitors with other ids and other raw objects.
 *
 * <p>Keys stay unique, each copied event has its copied session and each hour its marts' figures;
 * days that are moved as a whole keep their cut marks. Ids are random as real ones are. What copies
 * can't have: their session keys and their hours' key lists are not derived from them.
 */
final class Copies {

  private static final String UUID = "md5(%s::text || ':' || n)::uuid";
  private static final String NAME = "%s || '~' || n";
  private static final String TIME = "%s - n * interval '24 hours'";
  private static final String DATE = "%s - n";
  private static final String OBJECT_KEY =
      """
      to_char(
        to_timestamp(left(%1$s, 13), 'YYYY/MM/DD/HH24') - n * interval '24 hours', 'YYYY/MM/DD/HH24')
        || '/event-' || md5(%1$s || ':' || n)::uuid || '.json'""";

  /** Every table of rows, with how a copy's columns differ. */
  private static final Map<String, Map<String, String>> TABLES =
      Map.of(
          "clickstream_events",
          Map.of(
              "event_id", UUID,
              "event_timestamp", TIME,
              "user_id", NAME,
              "client_id", NAME,
              "session_id", NAME,
              "occurred_at", TIME,
              "visitor_id", NAME,
              "session_key", UUID,
              "raw_object_key", OBJECT_KEY,
              "order_id", NAME),
          "clickstream_sessions",
          Map.of(
              "session_key", UUID,
              "visitor_id", NAME,
              "client_id", NAME,
              "user_id", NAME,
              "started_at", TIME,
              "ended_at", TIME,
              "first_event_id", UUID,
              "last_event_id", UUID,
              "session_date", DATE),
          "duplicate_records",
          Map.of("object_key", OBJECT_KEY, "event_id", UUID),
          "rejected_records",
          Map.of("object_key", OBJECT_KEY),
          "etl_hours",
          Map.of("hour", TIME));

  private final MeasuredWarehouse warehouse;
  private final Consumer<String> progress;

  Copies(MeasuredWarehouse warehouse, Consumer<String> progress) {
    this.warehouse = warehouse;
    this.progress = progress;
  }

  /** Copies until there are at least so many events. */
  void fillTo(long events) throws SQLException {
    long ofBase = warehouse.number("SELECT count(*) FROM clickstream_events");
    long copies = Math.max(0, (events - 1) / ofBase);
    try (Connection connection = warehouse.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET TIME ZONE 'UTC'");
      statement.execute("SET maintenance_work_mem = '1GB'");
      List<String> indexes = dropIndexes(statement);
      for (String table : TABLES.keySet()) {
        statement.execute("CREATE TEMPORARY TABLE base_%1$s AS TABLE %1$s".formatted(table));
      }
      for (long copy = 1; copy <= copies; copy++) {
        copy(statement, copy);
        if (copy % 10 == 0 || copy == copies) {
          progress.accept("copied %,d of %,d days".formatted(copy, copies));
        }
      }
      for (String index : indexes) {
        statement.execute(index);
      }
      progress.accept("computing the marts");
      for (String table : TABLES.keySet()) {
        statement.execute("ANALYZE " + table);
      }
      statement.execute("SELECT rebuild_marts()");
    }
  }

  /** Building an index at once is many times faster than row by row; says how to. */
  private static List<String> dropIndexes(Statement statement) throws SQLException {
    List<String> drops = new ArrayList<>();
    List<String> builds = new ArrayList<>();
    for (String table : TABLES.keySet()) {
      ResultSet indexes =
          statement.executeQuery(
              """
              SELECT entry.indexrelid::regclass, pg_get_indexdef(entry.indexrelid), rule.conname,
                pg_get_constraintdef(rule.oid)
              FROM pg_index entry LEFT JOIN pg_constraint rule ON rule.conindid = entry.indexrelid
              WHERE entry.indrelid = '%s'::regclass
              ORDER BY 1"""
                  .formatted(table));
      while (indexes.next()) {
        String rule = indexes.getString(3);
        if (rule == null) {
          drops.add("DROP INDEX " + indexes.getString(1));
          builds.add(indexes.getString(2));
        } else {
          drops.add("ALTER TABLE %s DROP CONSTRAINT %s".formatted(table, rule));
          builds.add(
              "ALTER TABLE %s ADD CONSTRAINT %s %s".formatted(table, rule, indexes.getString(4)));
        }
      }
    }
    for (String drop : drops) {
      statement.execute(drop);
    }
    return builds;
  }

  private static void copy(Statement statement, long copy) throws SQLException {
    for (Map.Entry<String, Map<String, String>> table : TABLES.entrySet()) {
      List<String> columns = columns(statement, table.getKey());
      statement.execute(
          "INSERT INTO %1$s (%2$s) SELECT %3$s FROM base_%1$s, (VALUES (%4$d)) copy (n)"
              .formatted(
                  table.getKey(),
                  String.join(", ", columns),
                  columns.stream()
                      .map(column -> table.getValue().getOrDefault(column, "%s").formatted(column))
                      .collect(Collectors.joining(", ")),
                  copy));
    }
  }

  private static List<String> columns(Statement statement, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    ResultSet rows =
        statement.executeQuery(
            """
            SELECT attname FROM pg_attribute
            WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped
            ORDER BY attnum"""
                .formatted(table));
    while (rows.next()) {
      columns.add(rows.getString(1));
    }
    return columns;
  }
}
