package io.clickstream.etl.job;

import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.source.ErasureRequests;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LoadException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a warehouse up to date with the erasure requests, before a run loads anything.
 *
 * <ol>
 *   <li><b>Apply</b> new requests to the stored records ({@link ApplyErasures}).
 *   <li><b>Read</b> the ids of all applied requests. The loads of the run erase records by them.
 *   <li><b>Load</b> duplicates of erased events again ({@link LoadReturning}).
 * </ol>
 */
final class CatchUpErasures {

  private final RunSession session;
  private final RawStore store;
  private final ReadAndParse withoutIds;
  private final long partRecords;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private boolean hasApplied;

  /**
   * Creates the step of a run.
   *
   * @param readAndParse with the rules of the session
   * @param partRecords greatest number of records in the objects that are loaded again together
   */
  CatchUpErasures(RunSession session, RawStore store, ReadAndParse readAndParse, long partRecords) {
    this.session = session;
    this.store = store;
    this.withoutIds = readAndParse;
    this.partRecords = partRecords;
  }

  /**
   * Catches up.
   *
   * @param all whether to load also duplicates that an earlier run could not load
   * @return how to read and parse the records that the run loads
   * @throws LoadException if requests cannot be applied
   */
  ReadAndParse catchUp(boolean all) throws IOException {
    ApplyErasures requests = new ApplyErasures(session, new ErasureRequests(store));
    failures.addAll(requests.apply());
    hasApplied = requests.hasApplied();
    session.readErasedIds(ErasedIds.none());
    ReadAndParse readAndParse = withoutIds.erasing(session.erasedIds());
    LoadReturning returning = new LoadReturning(session, store, readAndParse, partRecords);
    try {
      returning.load(all);
    } finally {
      rows.addAll(returning.rows());
      failures.addAll(returning.failures());
    }
    return readAndParse;
  }

  /** Returns the ledger rows of duplicates that were loaded again. */
  List<LedgerRow> rows() {
    return rows;
  }

  /** Returns one line per unusable request, and per object or record that cannot be loaded. */
  List<String> failures() {
    return failures;
  }

  /** Returns true if the ledger has a row of this run. */
  boolean hasChanged() {
    return hasApplied || !rows.isEmpty();
  }
}
