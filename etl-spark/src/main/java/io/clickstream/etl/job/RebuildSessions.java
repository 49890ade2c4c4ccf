package io.clickstream.etl.job;

import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Marts;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.RowMerge;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Computes sessions and marts anew from the stored events, for changed rules, in one transaction:
 * readers see the old ones until its commit.
 */
final class RebuildSessions {

  private static final int ONLY_SLICE = 1;

  private final Run run;
  private final Connection stagingConnection;
  private final StagingTables staging;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  RebuildSessions(Run run, Connection stagingConnection) {
    this.run = run;
    this.stagingConnection = stagingConnection;
    this.staging = new StagingTables(run.id(), ONLY_SLICE);
    this.clock = new StageClock(run.listener());
  }

  LedgerRow rebuild(UnaryOperator<WarehouseSettings> change) throws SQLException {
    try (MergeTransaction transaction =
        new MergeTransaction(run.warehouse(), run.listener()::say)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      Connection merge = transaction.connection();
      Optional<WarehouseSettings> stored = WarehouseSettings.read(merge);
      if (stored.isEmpty()) {
        throw new LoadException("nothing has been loaded: there is nothing to rebuild");
      }
      Run changed = run.with(change.apply(stored.get()));
      changed.settings().write(merge);
      staging.createForSessions(stagingConnection);
      counts.put(
          Count.CONTEXT_ROWS_READ,
          new RecomputeSessions(changed, stagingConnection, staging).sessionizeAll());
      clock.end(Stage.SESSIONIZE);
      replaceSessions(merge);
      clock.end(Stage.MERGE);
      Marts.rebuild(merge);
      clock.end(Stage.MARTS);
      LedgerRow row = ledgerRow(transaction, changed.settings());
      transaction.commit(row);
      return row;
    } finally {
      staging.dropQuietly(stagingConnection);
    }
  }

  private void replaceSessions(Connection merge) throws SQLException {
    RowMerge rows = new RowMerge(merge, staging, counts);
    rows.rekeyEvents();
    Sql.update(merge, "DELETE FROM clickstream_sessions");
    rows.insertSessions();
  }

  private LedgerRow ledgerRow(MergeTransaction transaction, WarehouseSettings settings)
      throws SQLException {
    Instant from = Instant.EPOCH;
    Instant to = Instant.EPOCH;
    try (PreparedStatement query =
        transaction.connection().prepareStatement("SELECT min(hour), max(hour) FROM etl_hours")) {
      ResultSet row = query.executeQuery();
      row.next();
      if (row.getObject(1) != null) {
        from = row.getObject(1, OffsetDateTime.class).toInstant();
        to = row.getObject(2, OffsetDateTime.class).toInstant().plus(Duration.ofHours(1));
      }
    }
    return new LedgerRow(
        run.id(),
        ONLY_SLICE,
        run.mode(),
        from,
        to,
        startedAt,
        Instant.now(),
        counts,
        Map.of(),
        clock.seconds(),
        LedgerRow.seconds(transaction.lockHeldNanos()),
        settings.toJson(),
        run.version());
  }
}
