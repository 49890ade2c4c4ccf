package io.clickstream.etl.job;

import io.clickstream.etl.job.MergeStagedRows.Merged;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Marts;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.RowMerge;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Computes all sessions and marts again from the stored events, with changed rules.
 *
 * <ol>
 *   <li><b>Lock</b>: the merge transaction begins and waits for the warehouse lock.
 *   <li><b>Change the settings</b>.
 *   <li><b>Sessionize</b>: Spark reads all stored events, and tasks stage the sessions.
 *   <li><b>Replace</b> the sessions, and assign the events to them.
 *   <li><b>Rebuild the marts</b>.
 *   <li><b>Commit</b> the rows together with the row of the ledger.
 * </ol>
 *
 * Readers see the old sessions and marts until the commit.
 */
public final class RebuildSessionsAndMarts {

  private static final int ONLY_SLICE = 1;

  private final Run run;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final LedgerEntry ledger;
  private final StageClock clock;

  public RebuildSessionsAndMarts(RunSession session) {
    this.run = session.run();
    this.stagingConnection = session.stagingConnection();
    this.staging = new StagingTables(run.id(), ONLY_SLICE);
    this.ledger = new LedgerEntry(run.listener(), ONLY_SLICE, run.mode());
    this.clock = ledger.clock();
  }

  /**
   * Rebuilds the sessions and marts.
   *
   * @param change returns the new settings for the stored ones, which are read under the lock
   * @return the row of the ledger, committed
   * @throws LoadException if the rebuild failed
   */
  public LedgerRow rebuild(UnaryOperator<WarehouseSettings> change) {
    try (MergeTransaction transaction =
        new MergeTransaction(run.warehouse(), run.listener()::message)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      SqlConnection merge = transaction.connection();
      Run changed = run.with(changeSettings(merge, change));
      sessionize(changed);
      replaceSessions(merge, changed);
      rebuildMarts(merge);
      return ledger.commit(transaction, changed, LoadedHours.period(merge), Merged.NOTHING);
    } catch (DatabaseException e) {
      throw RunSession.failed("rebuild the sessions", e);
    } finally {
      staging.drop(stagingConnection);
    }
  }

  private static WarehouseSettings changeSettings(
      SqlConnection merge, UnaryOperator<WarehouseSettings> change) {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(merge);
    if (stored.isEmpty()) {
      throw new LoadException("Cannot rebuild: the warehouse has no events. Load some first.");
    }
    WarehouseSettings changed = change.apply(stored.get());
    requireSameDays(merge, stored.get(), changed);
    changed.write(merge);
    return changed;
  }

  /** A closed period ends with a reporting day, and its days are final. */
  private static void requireSameDays(
      SqlConnection merge, WarehouseSettings stored, WarehouseSettings changed) {
    Optional<Instant> closed = Closings.closedBefore(merge);
    if (closed.isPresent() && !stored.reportingZone().equals(changed.reportingZone())) {
      throw new SettingsMismatchException(
          "Cannot rebuild with --timezone %s: the period before %s is closed by days of %s. Leave it out."
              .formatted(changed.reportingZone(), closed.get(), stored.reportingZone()));
    }
  }

  private void sessionize(Run changed) {
    staging.createForSessions(stagingConnection);
    ledger
        .counts()
        .put(
            Count.CONTEXT_ROWS_READ,
            new SessionizeInSpark(changed, stagingConnection, staging).sessionizeAll());
    clock.end(Stage.SESSIONIZE);
  }

  private void replaceSessions(SqlConnection merge, Run changed) {
    RowMerge.stageSessions(merge, staging, changed.settings().reportingZone());
    RowMerge rows = new RowMerge(merge, staging);
    rows.assignStoredEvents();
    rows.deleteAllSessions();
    ledger.counts().put(Count.SESSIONS_WRITTEN, rows.insertSessions());
    clock.end(Stage.MERGE);
  }

  private void rebuildMarts(SqlConnection merge) {
    Marts.rebuild(merge);
    clock.end(Stage.MARTS);
  }
}
