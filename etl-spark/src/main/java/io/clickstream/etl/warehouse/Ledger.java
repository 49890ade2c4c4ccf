package io.clickstream.etl.warehouse;

import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** The table {@code etl_runs}. */
final class Ledger {

  private Ledger() {}

  static void insert(Connection connection, LedgerRow row) throws SQLException {
    List<String> columns = Arrays.stream(Count.values()).map(Count::column).toList();
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO etl_runs (run_id, slice, mode, window_from, window_to, started_at,
              finished_at, coerced_fields, stage_seconds, lock_held_s, settings, version, %s)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?::jsonb, ?%s)"""
                .formatted(String.join(", ", columns), ", ?".repeat(columns.size())))) {
      int at = 1;
      insert.setObject(at++, row.runId());
      insert.setInt(at++, row.slice());
      insert.setString(at++, row.mode());
      for (Instant time :
          List.of(row.windowFrom(), row.windowTo(), row.startedAt(), row.finishedAt())) {
        insert.setObject(at++, time.atOffset(ZoneOffset.UTC));
      }
      insert.setString(at++, row.coercedJson());
      insert.setString(at++, row.stagesJson());
      insert.setBigDecimal(at++, row.lockHeldSeconds());
      insert.setString(at++, row.settingsJson());
      insert.setString(at++, row.version());
      for (Count count : Count.values()) {
        insert.setLong(at++, row.get(count));
      }
      insert.executeUpdate();
    }
  }

  static boolean contains(Connection connection, LedgerRow row) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT FROM etl_runs WHERE run_id = ? AND slice = ?")) {
      query.setObject(1, row.runId());
      query.setInt(2, row.slice());
      return query.executeQuery().next();
    }
  }
}
