package io.clickstream.etl.job;

import io.clickstream.etl.dedupe.DuplicateResolution;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.SessionStaging.Gathered;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.Marts;
import io.clickstream.etl.warehouse.MergeCounts;
import io.clickstream.etl.warehouse.RowMerge;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of a merge from staged records to refreshed marts. {@link LoadSlice} explains them, and
 * says which of them need the warehouse lock.
 */
final class MergeStagedRows {

  private final RunSession session;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final SessionizeInSpark sessions;
  private final StageClock clock;
  private final Map<Count, Long> counts;

  MergeStagedRows(RunSession session, StagingTables staging, LedgerEntry ledger) {
    this.session = session;
    this.stagingConnection = session.stagingConnection();
    this.staging = staging;
    this.sessions = new SessionizeInSpark(session.run(), stagingConnection, staging);
    this.clock = ledger.clock();
    this.counts = ledger.counts();
  }

  /**
   * The result of a merge.
   *
   * @param coercedFields number of unusable values by field
   * @param oldestEvent earliest time of reception among the inserted events
   */
  record Merged(Map<String, Long> coercedFields, Optional<Instant> oldestEvent) {

    static final Merged NOTHING = new Merged(Map.of(), Optional.empty());
  }

  /** Computes the staged records' sessions, and merges them. */
  Merged merge(SqlConnection merge) {
    compute();
    return move(merge);
  }

  /**
   * Computes what the staged records change. It stays valid under the lock as long as no other run
   * has changed the warehouse.
   */
  void compute() {
    eraseLate();
    Closings.leaveOut(stagingConnection, staging);
    resolveDuplicates();
    Gathered gathered = findAffectedRanges();
    sessionize(gathered);
    RowMerge.stageEvents(stagingConnection, staging, gathered.events());
    prepare();
  }

  /** Moves the staged rows into the warehouse, under the lock. */
  Merged move(SqlConnection merge) {
    moveRows(merge);
    refreshMarts(merge);
    return countRows(merge);
  }

  /** Merges the removal of the stored events in the resolutions: each is replaced by no record. */
  void erase(SqlConnection merge) {
    sessionize(findAffectedRanges());
    prepare();
    RowMerge rows = new RowMerge(merge, staging);
    rows.eraseStoredEvents();
    rows.deleteUnusedValues();
    replaceSessions(rows);
    clock.end(Stage.MERGE);
    refreshMarts(merge);
  }

  /** Erases staged records by the requests that another run has applied in the meantime. */
  private void eraseLate() {
    if (Erasures.count(stagingConnection) != session.erasedIds().requests()) {
      Erasures.eraseStaged(stagingConnection, staging);
    }
  }

  private void resolveDuplicates() {
    StagingTables.createAnalyzedAs(
        stagingConnection,
        staging.resolutions(),
        DuplicateResolution.query(staging.events(), staging.superseded()));
    RowMerge.stageValues(stagingConnection, staging);
    clock.end(Stage.DEDUPE);
  }

  private Gathered findAffectedRanges() {
    Gathered gathered = sessions.gatherAffected();
    counts.put(Count.CONTEXT_ROWS_READ, gathered.contextRows());
    clock.end(Stage.AFFECTED_RANGES);
    return gathered;
  }

  private void sessionize(Gathered gathered) {
    sessions.sessionizeAffected(gathered);
    clock.end(Stage.SESSIONIZE);
  }

  private void prepare() {
    String reportingZone = session.run().settings().reportingZone();
    RowMerge.stageSessions(stagingConnection, staging, reportingZone);
    Marts.noteTouched(stagingConnection, staging, reportingZone);
    clock.end(Stage.PREPARE);
  }

  private void moveRows(SqlConnection merge) {
    RowMerge rows = new RowMerge(merge, staging);
    counts.put(Count.REPLACED, rows.replaceStoredLosers());
    rows.insertEvents();
    if (counts.get(Count.REPLACED) > 0) {
      rows.deleteUnusedValues();
    }
    replaceSessions(rows);
    rows.insertDuplicates();
    rows.insertRejected();
    rows.insertErased();
    clock.end(Stage.MERGE);
  }

  private void replaceSessions(RowMerge rows) {
    if (counts.get(Count.CONTEXT_ROWS_READ) > 0) {
      rows.assignStoredEvents();
    }
    rows.deleteAffectedSessions();
    counts.put(Count.SESSIONS_WRITTEN, rows.insertSessions());
  }

  private void refreshMarts(SqlConnection merge) {
    Marts.refresh(merge, staging);
    clock.end(Stage.MARTS);
  }

  /** Counts the rows in the tables. */
  private Merged countRows(SqlConnection merge) {
    MergeCounts rows = new MergeCounts(merge, staging);
    rows.addTo(counts);
    return new Merged(rows.coercedFields(), rows.oldestEvent());
  }
}
