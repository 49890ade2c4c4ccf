package io.clickstream.etl.load;

import io.clickstream.etl.load.LedgerRow.Count;
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
final class Rebuild {

  private static final int ONLY_SLICE = 1;

  private final Run run;
  private final Connection side;
  private final Staging staging;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  Rebuild(Run run, Connection side) {
    this.run = run;
    this.side = side;
    this.staging = new Staging(run.id(), ONLY_SLICE);
    this.clock = new StageClock(run.listener());
  }

  LedgerRow rebuild(UnaryOperator<WarehouseSettings> change) throws SQLException {
    try (MergeTransaction transaction = new MergeTransaction(run)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      Connection merge = transaction.connection();
      Optional<WarehouseSettings> stored = WarehouseSettings.read(merge);
      if (stored.isEmpty()) {
        throw new LoadException("nothing has been loaded: there is nothing to rebuild");
      }
      Run changed = run.with(change.apply(stored.get()));
      changed.settings().write(merge);
      staging.createForSessions(side);
      counts.put(
          Count.NEIGHBOUR_ROWS_READ, new Resessionizing(changed, side, staging).sessionizeAll());
      clock.end(Stage.SESSIONIZE);
      replaceSessions(merge);
      clock.end(Stage.MERGE);
      Marts.rebuild(merge);
      clock.end(Stage.MARTS);
      LedgerRow row = ledgerRow(transaction, changed.settings());
      transaction.commit(row);
      return row;
    } finally {
      staging.dropQuietly(side, run.listener());
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
