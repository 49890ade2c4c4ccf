package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.ReturningRecords;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Loads the duplicates of erased events again, from their raw objects.
 *
 * <ol>
 *   <li><b>List</b> the hours of the records, and find their objects, single or in packs.
 *   <li><b>Read, parse and stage</b> the objects, as in {@link LoadSlice}.
 *   <li><b>Lock</b>: the merge transaction begins. Staged records that are not to return are left
 *       out: the other records of a batch, and those that another run has loaded meanwhile.
 *   <li><b>Merge</b> the records that are left ({@link MergeStagedRows}), and commit.
 * </ol>
 *
 * <p>A record whose object is missing stays in {@code etl_returning_records}.
 */
final class LoadReturning {

  /** Number of the slice; those of a plan, of parts and of moved objects have lower numbers. */
  private static final int NUMBER = 3_000_000;

  private final RunSession session;
  private final Run run;
  private final RawStore store;
  private final ReadAndParse readAndParse;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  LoadReturning(RunSession session, RawStore store, ReadAndParse readAndParse) {
    this.session = session;
    this.run = session.run();
    this.store = store;
    this.readAndParse = readAndParse;
    this.stagingConnection = session.stagingConnection();
    this.staging = new StagingTables(run.id(), NUMBER);
    this.clock = new StageClock(run.listener());
  }

  /**
   * Loads the records.
   *
   * @param all whether to look also for objects that were missing before
   * @return the row of the ledger, committed; nothing if no object was found
   * @throws UnreadableObjectsException if objects cannot be read and the run does not skip them
   * @throws LoadException if anything else failed
   */
  Optional<LedgerRow> load(boolean all) throws IOException {
    try {
      List<String> keys = ReturningRecords.keys(stagingConnection, all);
      if (keys.isEmpty()) {
        return Optional.empty();
      }
      List<ListedObjects> objects = find(keys);
      clock.end(Stage.PLAN);
      Optional<LedgerRow> row =
          objects.isEmpty() ? Optional.empty() : Optional.of(stageAndMerge(objects));
      // Whatever is left has no object, or one that this run was told to skip.
      ReturningRecords.markTried(stagingConnection, keys);
      return row;
    } catch (DatabaseException e) {
      throw RunSession.failed("load duplicates of erased events", e);
    }
  }

  private List<ListedObjects> find(List<String> recordKeys) throws IOException {
    Set<String> wanted =
        recordKeys.stream().map(key -> key.split("#", 2)[0]).collect(Collectors.toSet());
    Set<Instant> hours =
        recordKeys.stream().map(RawKey::hourOf).collect(Collectors.toCollection(TreeSet::new));
    List<HourListing> listed = new ArrayList<>();
    for (Instant hour : hours) {
      listed.add(store.list(hour, session.serverTime()));
    }
    return SliceObjects.filter(
        SliceObjects.all(new Slice(NUMBER, listed)), key -> wanted.contains(key.relative()));
  }

  private LedgerRow stageAndMerge(List<ListedObjects> objects) {
    try {
      StageRecords.stage(run, stagingConnection, staging, readAndParse.apply(objects));
      clock.end(Stage.READ_PARSE_STAGE);
      try (MergeTransaction transaction =
          new MergeTransaction(run.warehouse(), run.listener()::message)) {
        clock.end(Stage.WAIT_FOR_LOCK);
        SqlConnection merge = transaction.connection();
        run.settings().writeOrRequire(merge);
        ReturningRecords.keepOnly(stagingConnection, staging);
        Map<String, Long> coercedFields =
            new MergeStagedRows(session, staging, clock, counts).merge(merge);
        ReturningRecords.removeStored(merge, staging);
        clock.end(Stage.BALANCE);
        return commit(transaction, objects, coercedFields);
      }
    } finally {
      staging.drop(stagingConnection);
    }
  }

  private LedgerRow commit(
      MergeTransaction transaction, List<ListedObjects> objects, Map<String, Long> coercedFields) {
    counts.put(Count.OBJECTS_LISTED, SliceObjects.count(objects));
    LedgerRow row =
        new LedgerRow(
            run.id(),
            NUMBER,
            run.mode(),
            objects.get(0).hour(),
            objects.get(objects.size() - 1).hour().plus(Duration.ofHours(1)),
            startedAt,
            Instant.now(),
            counts,
            coercedFields,
            clock.seconds(),
            LedgerRow.seconds(transaction.lockHeldNanos()),
            run.settings().toJson(),
            run.version());
    transaction.commit(row);
    return row;
  }
}
