package io.clickstream.etl.job;

import io.clickstream.etl.job.MergeStagedRows.Merged;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.source.ErasureRequests;
import io.clickstream.etl.source.ErasureRequests.Found;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Applies new erasure requests to the stored records, in one transaction.
 *
 * <ol>
 *   <li><b>Read</b> the requests that are not applied.
 *   <li><b>Lock</b>: the merge transaction begins and waits for the warehouse lock. Requests that
 *       another run has applied meanwhile are left out.
 *   <li><b>Match</b>: SQL finds the stored events, duplicates and rejected records that match.
 *   <li><b>Erase</b> the events: as in a load, sessions of the affected ranges are computed again,
 *       and marts are refreshed. What is remembered of a closed period goes too.
 *   <li><b>Erase</b> the duplicates and rejected records. Other duplicates of an erased event have
 *       no content in the warehouse: {@link LoadReturning} reads them again.
 *   <li><b>Record</b> the requests with the numbers of removed rows, and commit.
 * </ol>
 *
 * <p>A run applies new requests before it loads anything. Then its loads leave out records that
 * match, so at each commit no stored record matches an applied request.
 */
final class ApplyErasures {

  /** Slices of a load have numbers from 1. */
  private static final int NUMBER = 0;

  private final RunSession session;
  private final Run run;
  private final ErasureRequests requests;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final LedgerEntry ledger;
  private final StageClock clock;
  private boolean hasApplied;

  ApplyErasures(RunSession session, ErasureRequests requests) {
    this.session = session;
    this.run = session.run();
    this.requests = requests;
    this.stagingConnection = session.stagingConnection();
    this.staging = new StagingTables(run.id(), NUMBER);
    this.ledger = new LedgerEntry(run.listener(), NUMBER, Window.Erase.MODE);
    this.clock = ledger.clock();
  }

  /**
   * Applies the new requests.
   *
   * @return one line for each file that is not a usable request
   * @throws LoadException if the requests cannot be applied; nothing is changed then
   */
  List<String> apply() throws IOException {
    try {
      Found found = requests.read(Erasures.applied(stagingConnection));
      found.refused().forEach(run.listener()::message);
      if (!found.requests().isEmpty()) {
        requireSameSettings(stagingConnection);
        try {
          apply(found.requests());
        } finally {
          staging.drop(stagingConnection);
        }
      }
      return found.refused();
    } catch (DatabaseException e) {
      throw RunSession.failed("apply erasure requests", e);
    }
  }

  /** Returns true if {@link #apply} has changed the warehouse. */
  boolean hasApplied() {
    return hasApplied;
  }

  /** Unlike a load, it writes no settings: the first load chooses them. */
  private void requireSameSettings(SqlConnection connection) {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(connection);
    stored.ifPresent(run.settings()::requireSameAs);
    WarehouseSettings.requireSameRules(connection);
  }

  private void apply(List<ErasureRequest> found) {
    try (MergeTransaction transaction =
        new MergeTransaction(run.warehouse(), run.listener()::message)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      SqlConnection merge = transaction.connection();
      Set<UUID> applied = Erasures.applied(merge);
      List<ErasureRequest> fresh =
          found.stream().filter(request -> !applied.contains(request.id())).toList();
      if (fresh.isEmpty()) {
        return;
      }
      requireSameSettings(merge);
      staging.create(stagingConnection);
      Erasures.stageIds(stagingConnection, staging, fresh);
      long events = Erasures.findMatches(stagingConnection, staging);
      clock.end(Stage.DEDUPE);
      Erasures.eraseStored(merge, staging);
      if (events > 0) {
        new MergeStagedRows(session, staging, ledger).erase(merge);
      }
      Closings.forget(merge, staging);
      Erasures.record(merge, staging, fresh, run.id(), run.version());
      clock.end(Stage.BALANCE);
      ledger.commit(transaction, run, LoadedHours.period(merge), Merged.NOTHING);
      hasApplied = true;
      run.listener()
          .message(
              "applied %s, which removed %s"
                  .formatted(counted(fresh.size(), "erasure request"), counted(events, "event")));
    }
  }

  private static String counted(long number, String noun) {
    return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }
}
