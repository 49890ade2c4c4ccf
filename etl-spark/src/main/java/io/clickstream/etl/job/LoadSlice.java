package io.clickstream.etl.job;

import io.clickstream.etl.dedupe.DuplicateResolution;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.ObjectOutcomes;
import io.clickstream.etl.staging.ObjectOutcomes.Unreadable;
import io.clickstream.etl.staging.SessionStaging.Gathered;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.staging.StagingWriter;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Marts;
import io.clickstream.etl.warehouse.MergeCounts;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.etl.warehouse.RowMerge;
import io.clickstream.etl.warehouse.WarehouseLock;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.event.ErrorMessage;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Loads one slice: all of it, or nothing.
 *
 * <ol>
 *   <li><b>List</b>: the listed objects, and those whose keys packs have, without those in the
 *       ledger and those in quarantine.
 *   <li><b>Read</b> and <b>parse</b> them in Spark.
 *   <li><b>Stage</b>: tasks write the rows into staging tables, each task in its own transaction.
 *   <li><b>Resolve duplicates</b>: SQL decides which record of each event id wins. Objects that
 *       another run has loaded since the listing are left out.
 *   <li><b>Find affected ranges</b>: SQL finds the parts of visitors' histories whose sessions can
 *       change, and gathers their rows.
 *   <li><b>Sessionize</b>: Spark computes the sessions of those parts, and tasks stage them.
 *   <li><b>Lock</b>: the merge transaction begins and waits for the warehouse lock. If another run
 *       has changed the warehouse since step 4 began, the lock is given back, and steps 4 to 7 are
 *       repeated; the last time with the lock held.
 *   <li><b>Merge</b>: SQL moves the staged rows into the warehouse.
 *   <li><b>Refresh marts</b>: SQL computes again the mart rows that depend on changed rows.
 *   <li><b>Verify the balance</b>: every listed record is loaded, rejected, a duplicate, or
 *       accounted for otherwise.
 *   <li><b>Commit</b> the rows together with the row of the ledger.
 * </ol>
 *
 * Steps 1 to 6 run before the lock. They write their results over the staging connection, where
 * Spark's tasks can read them. From step 7 on, the merge transaction holds the lock.
 *
 * <p>If the run dies before the commit, PostgreSQL rolls back the merge transaction, so nothing of
 * the slice is loaded. The hours of the slice stay incomplete, and the next run with {@code
 * --since-last-run} loads them. The next run of any kind drops the staging tables.
 */
public final class LoadSlice {

  /** How often sessions are computed before the lock, while other runs change the warehouse. */
  private static final int ATTEMPTS_BEFORE_LOCK = 3;

  private final Run run;
  private final Slice slice;
  private final boolean packsFirst;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final SessionizeInSpark sessions;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private SliceObjects objects;
  private List<ListedObjects> quarantined = List.of();
  private Optional<Instant> oldestEvent = Optional.empty();

  /** Creates the load of a slice, which reads an object that is packed in the pack. */
  public LoadSlice(RunSession session, Slice slice) {
    this(session, slice, true);
  }

  /**
   * Creates the load of a slice.
   *
   * @param packsFirst whether an object that is single and also in a pack is read from the pack
   */
  LoadSlice(RunSession session, Slice slice, boolean packsFirst) {
    this.packsFirst = packsFirst;
    this.run = session.run();
    this.slice = slice;
    this.stagingConnection = session.stagingConnection();
    this.staging = new StagingTables(run.id(), slice.number());
    this.sessions = new SessionizeInSpark(run, stagingConnection, staging);
    this.clock = new StageClock(run.listener());
  }

  /**
   * Loads the slice.
   *
   * @param readAndParse returns the rows of {@code ParsedRow} of some objects
   * @return the row of the ledger, committed
   * @throws UnreadableObjectsException if objects cannot be read and the run does not skip them
   * @throws LoadException if anything else failed
   */
  public LedgerRow load(Function<List<ListedObjects>, Dataset<Row>> readAndParse) {
    try {
      List<ListedObjects> fresh = list();
      try {
        if (!fresh.isEmpty()) {
          LoadedHours.markIncomplete(stagingConnection, objects.listedAt(fresh));
          stage(readAndParse.apply(fresh));
        }
        return merge(fresh);
      } finally {
        staging.drop(stagingConnection);
      }
    } catch (DatabaseException e) {
      throw RunSession.failed("load " + slice.from() + " to " + slice.to(), e);
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      if (!DataFailure.is(e)) {
        throw e;
      }
      throw new LoadException(
          "Cannot load %s to %s: %s"
              .formatted(slice.from(), slice.to(), ErrorMessage.ofInnermost(e)),
          e);
    }
  }

  /**
   * What a merge needs besides the staged rows.
   *
   * @param loaded keys of the loaded objects
   * @param toLoad objects that are not loaded
   * @param gathered rows that the sessions were computed from; null if there is nothing to load
   */
  private record Computed(
      Map<Instant, HourKeys> loaded, List<ListedObjects> toLoad, Gathered gathered) {}

  /** 4 to 11: computes before the lock, as long as that stays valid until the lock is taken. */
  private LedgerRow merge(List<ListedObjects> fresh) {
    for (int attempt = 0; attempt < ATTEMPTS_BEFORE_LOCK; attempt++) {
      long changes = WarehouseLock.changes(stagingConnection);
      Optional<Computed> computed = computeBeforeLock(fresh, changes);
      if (computed.isPresent()) {
        try (MergeTransaction transaction = lock()) {
          if (transaction.earlierChanges() == changes) {
            return merge(transaction, computed.get());
          }
        }
      }
      run.listener().message("another run has changed the warehouse: computing sessions again");
      discardComputed(fresh);
    }
    try (MergeTransaction transaction = lock()) {
      return merge(transaction, compute(fresh));
    }
  }

  /** Returns nothing if computing failed while another run changed what it reads. */
  private Optional<Computed> computeBeforeLock(List<ListedObjects> fresh, long changes) {
    try {
      return Optional.of(compute(fresh));
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      if (hasChanged(changes, e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean hasChanged(long changes, Exception failure) {
    try {
      return WarehouseLock.changes(stagingConnection) != changes;
    } catch (DatabaseException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private void discardComputed(List<ListedObjects> fresh) {
    if (!fresh.isEmpty()) {
      staging.dropComputed(stagingConnection);
    }
  }

  /** 4 to 6: computes the sessions that the staged rows change. */
  private Computed compute(List<ListedObjects> fresh) {
    Map<Instant, HourKeys> loaded = LoadedHours.read(stagingConnection, objects.hours());
    List<ListedObjects> toLoad = leaveOutLoaded(fresh, loaded);
    if (toLoad.isEmpty()) {
      return new Computed(loaded, toLoad, null);
    }
    resolveDuplicates();
    Gathered gathered = findAffectedRanges();
    sessionize(gathered);
    return new Computed(loaded, toLoad, gathered);
  }

  private LedgerRow merge(MergeTransaction transaction, Computed computed) {
    SqlConnection merge = transaction.connection();
    List<ListedObjects> toLoad = computed.toLoad();
    RecordHours hours = new RecordHours(merge, staging);
    Map<String, Long> coercedFields = Map.of();
    if (!toLoad.isEmpty()) {
      moveRows(merge, computed.gathered());
      refreshMarts(merge);
      coercedFields = countRows(merge);
      hours.add(objects, toLoad, computed.loaded(), !slice.isPart());
      Quarantine.removeLoaded(merge, staging);
    }
    hours.addLoadedPacks(objects, toLoad, computed.loaded());
    if (!slice.isPart()) {
      hours.closeUnchanged(slice, toLoad);
    }
    clock.end(Stage.BALANCE);
    return commitIfBalanced(transaction, coercedFields);
  }

  /** 1: the listed objects that are not loaded. */
  private List<ListedObjects> list() {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(stagingConnection);
    stored.ifPresent(run.settings()::requireSameAs);
    WarehouseSettings.requireSameRules(stagingConnection);
    Map<Instant, HourKeys> loaded = LoadedHours.read(stagingConnection, SliceObjects.hours(slice));
    objects = SliceObjects.of(slice, loaded, packsFirst, run.listener()::message);
    counts.put(Count.OBJECTS_LISTED, objects.count(loaded));
    counts.put(Count.OBJECTS_IGNORED, slice.ignoredCount());
    List<ListedObjects> fresh = objects.without(loaded);
    clock.end(Stage.PLAN);
    return leaveOutQuarantined(fresh);
  }

  /** 1: leaves out objects on which an earlier load failed. */
  private List<ListedObjects> leaveOutQuarantined(List<ListedObjects> fresh) {
    Set<String> keys =
        fresh.isEmpty()
            ? Set.of()
            : Quarantine.objects(stagingConnection, objects.hours(), run.attempt());
    if (keys.isEmpty()) {
      return fresh;
    }
    quarantined = SliceObjects.filter(fresh, key -> keys.contains(key.relative()));
    return SliceObjects.filter(fresh, key -> !keys.contains(key.relative()));
  }

  /** 2 and 3: reads and parses in tasks, which write the rows into staging tables. */
  private void stage(Dataset<Row> parsed) {
    staging.create(stagingConnection);
    new StagingWriter(
            run.warehouse(),
            List.of(
                new StagingWriter.Target(ParsedRow.EVENT, staging.events()),
                new StagingWriter.Target(ParsedRow.REJECTED, staging.rejected()),
                new StagingWriter.Target(ParsedRow.OBJECT, staging.objects())))
        .write(parsed);
    if (!run.skipUnreadable()) {
      Optional<Unreadable> unreadable = ObjectOutcomes.unreadable(stagingConnection, staging);
      if (unreadable.isPresent()) {
        throw new UnreadableObjectsException(unreadable.get());
      }
    }
    clock.end(Stage.READ_PARSE_STAGE);
  }

  /** 4: leaves out objects that another run has loaded since the listing. */
  private List<ListedObjects> leaveOutLoaded(
      List<ListedObjects> fresh, Map<Instant, HourKeys> loaded) {
    List<ListedObjects> toLoad = SliceObjects.without(fresh, loaded);
    if (SliceObjects.count(toLoad) < SliceObjects.count(fresh)) {
      staging.supersede(stagingConnection, SliceObjects.loadedKeys(fresh, loaded));
    }
    long loadedRecords = objects.loadedRecords(loaded);
    long leftOut = SliceObjects.count(SliceObjects.without(quarantined, loaded));
    counts.put(Count.ALREADY_LOADED, loadedRecords);
    counts.put(Count.QUARANTINED, leftOut);
    counts.put(Count.RECORDS_LISTED, loadedRecords + leftOut);
    return toLoad;
  }

  /** 4: decides which record of each event id wins. */
  private void resolveDuplicates() {
    StagingTables.createAnalyzedAs(
        stagingConnection,
        staging.resolutions(),
        DuplicateResolution.query(staging.events(), staging.superseded()));
    clock.end(Stage.DEDUPE);
  }

  /** 5: finds what the slice can change, and gathers its rows. */
  private Gathered findAffectedRanges() {
    Gathered gathered = sessions.gatherAffected();
    counts.put(Count.CONTEXT_ROWS_READ, gathered.contextRows());
    clock.end(Stage.AFFECTED_RANGES);
    return gathered;
  }

  /** 6: computes the sessions of the gathered rows. */
  private void sessionize(Gathered gathered) {
    sessions.sessionizeAffected(gathered);
    clock.end(Stage.SESSIONIZE);
  }

  /** 7: begins the merge transaction, and checks the settings again under the lock. */
  private MergeTransaction lock() {
    MergeTransaction transaction = new MergeTransaction(run.warehouse(), run.listener()::message);
    try {
      clock.end(Stage.WAIT_FOR_LOCK);
      run.settings().writeOrRequire(transaction.connection());
      return transaction;
    } catch (RuntimeException e) {
      transaction.close();
      throw e;
    }
  }

  /** 8: moves the staged rows into the warehouse. */
  private void moveRows(SqlConnection merge, Gathered gathered) {
    Marts.noteTouched(merge, staging);
    RowMerge rows = new RowMerge(merge, staging);
    counts.put(Count.REPLACED, rows.replaceStoredLosers());
    rows.insertWinners(gathered.events());
    if (counts.get(Count.REPLACED) > 0) {
      rows.deleteUnusedValues();
    }
    if (counts.get(Count.CONTEXT_ROWS_READ) > 0) {
      rows.assignStoredEvents();
    }
    rows.deleteAffectedSessions();
    counts.put(Count.SESSIONS_WRITTEN, rows.insertSessions());
    rows.insertDuplicates();
    rows.insertRejected();
    clock.end(Stage.MERGE);
  }

  /** 9: computes again what depends on the changed rows. */
  private void refreshMarts(SqlConnection merge) {
    Marts.refresh(merge, staging);
    clock.end(Stage.MARTS);
  }

  /** 10: counts the rows in the tables; returns the number of unusable values by field. */
  private Map<String, Long> countRows(SqlConnection merge) {
    MergeCounts rows = new MergeCounts(merge, staging);
    rows.addTo(counts);
    oldestEvent = rows.oldestEvent();
    return rows.coercedFields();
  }

  /** 10 and 11: verifies the balance, writes the ledger row, and commits. */
  private LedgerRow commitIfBalanced(
      MergeTransaction transaction, Map<String, Long> coercedFields) {
    LedgerRow row =
        new LedgerRow(
            run.id(),
            slice.number(),
            run.mode(),
            slice.from(),
            slice.to(),
            startedAt,
            Instant.now(),
            oldestEvent,
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
