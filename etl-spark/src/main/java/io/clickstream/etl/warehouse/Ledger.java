package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.time.ZoneOffset;

/** The table {@code etl_runs}, one row per loaded slice. */
final class Ledger {

  private Ledger() {}

  static void insert(SqlConnection connection, LedgerRow row) {
    try (NamedStatement insert = connection.prepare(SqlStatement.of(Ledger.class, "insert_run"))) {
      insert
          .set("run_id", row.runId())
          .set("slice", row.slice())
          .set("mode", row.mode())
          .set("window_from", row.windowFrom().atOffset(ZoneOffset.UTC))
          .set("window_to", row.windowTo().atOffset(ZoneOffset.UTC))
          .set("started_at", row.startedAt().atOffset(ZoneOffset.UTC))
          .set("finished_at", row.finishedAt().atOffset(ZoneOffset.UTC))
          .set(
              "oldest_event_timestamp",
              row.oldestEvent().map(event -> event.atOffset(ZoneOffset.UTC)).orElse(null))
          .set("coerced_fields", row.coercedJson())
          .set("stage_seconds", row.stagesJson())
          .set("lock_held_s", row.lockHeldSeconds())
          .set("settings", row.settingsJson())
          .set("version", row.version());
      for (Count count : Count.values()) {
        insert.set(count.column(), row.get(count));
      }
      insert.update();
    }
  }

  static boolean contains(SqlConnection connection, LedgerRow row) {
    return connection.number(
            "SELECT count(*) FROM etl_runs WHERE run_id = '%s' AND slice = %d"
                .formatted(row.runId(), row.slice()))
        > 0;
  }
}
