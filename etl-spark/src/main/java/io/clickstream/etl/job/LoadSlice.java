package io.clickstream.etl.job;

import io.clickstream.etl.job.MergeStagedRows.Merged;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.LoadedHours.Period;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.etl.warehouse.RejectedBytes;
import io.clickstream.etl.warehouse.WarehouseLock;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.event.ErrorMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
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
 *       another run has loaded since the listing are left out. Records are erased that match a
 *       request which another run has applied meanwhile; parsing has erased the others. Records of
 *       a closed period are left out. The winners are counted by the values that they share.
 *   <li><b>Find affected ranges</b>: SQL finds the parts of visitors' histories whose sessions can
 *       change, and gathers their rows.
 *   <li><b>Sessionize</b>: Spark computes the sessions of those parts, and tasks stage them.
 *   <li><b>Prepare</b>: SQL writes the rows to insert into staging tables, and notes what the merge
 *       changes in the marts.
 *   <li><b>Lock</b>: the merge transaction begins and waits for the warehouse lock. If another run
 *       has changed the warehouse since step 4 began, the lock is given back, and steps 4 to 8 are
 *       repeated; the last time with the lock held.
 *   <li><b>Merge</b>: SQL moves the staged rows into the warehouse.
 *   <li><b>Refresh marts</b>: SQL computes again the mart rows that depend on changed rows.
 *   <li><b>Verify the balance</b>: every listed record is loaded, rejected, a duplicate, or
 *       accounted for otherwise.
 *   <li><b>Commit</b> the rows together with the row of the ledger.
 * </ol>
 *
 * {@link MergeStagedRows} has steps 4 to 7, 9 and 10. Steps 1 to 3 may run while another slice of
 * the run merges. Steps 1 to 7 run before the lock. They write their results over the staging
 * connection, where Spark's tasks can read them. From step 8 on, the merge transaction holds the
 * lock.
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
  private final MergeStagedRows rows;
  private final LedgerEntry ledger;
  private final StageClock clock;
  private final Map<Count, Long> counts;
  private SliceObjects objects;
  private List<ListedObjects> fresh = List.of();
  private List<ListedObjects> quarantined = List.of();

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
    this.ledger = new LedgerEntry(run.listener(), slice.number(), run.mode());
    this.clock = ledger.clock();
    this.counts = ledger.counts();
    this.rows = new MergeStagedRows(session, staging, ledger);
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
    stage(readAndParse, stagingConnection);
    return merge();
  }

  /**
   * Steps 1 to 3, without the lock. Another slice of the run may merge meanwhile.
   *
   * @param connection is used by no other thread meanwhile
   * @throws UnreadableObjectsException if objects cannot be read and the run does not skip them
   * @throws LoadException if anything else failed; nothing is left of the slice
   */
  void stage(Function<List<ListedObjects>, Dataset<Row>> readAndParse, SqlConnection connection) {
    orFail(
        () -> {
          boolean isStaged = false;
          try {
            fresh = list(connection);
            if (!fresh.isEmpty()) {
              LoadedHours.markIncomplete(connection, objects.listedAt(fresh));
              stage(readAndParse.apply(fresh), connection);
            }
            isStaged = true;
            return null;
          } finally {
            if (!isStaged) {
              staging.drop(connection);
            }
          }
        });
  }

  /**
   * Steps 4 to 12, after {@link #stage}.
   *
   * @return the row of the ledger, committed
   * @throws LoadException if anything failed; nothing is left of the slice
   */
  LedgerRow merge() {
    clock.addWait();
    return orFail(
        () -> {
          try {
            return merge(fresh);
          } finally {
            drop();
          }
        });
  }

  /** Drops the staged rows. */
  void drop() {
    staging.drop(stagingConnection);
  }

  private <T> T orFail(Supplier<T> steps) {
    try {
      return steps.get();
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
   */
  private record Computed(Map<Instant, HourKeys> loaded, List<ListedObjects> toLoad) {}

  /** 4 to 12: computes before the lock, as long as that stays valid until the lock is taken. */
  private LedgerRow merge(List<ListedObjects> fresh) {
    for (int attempt = 0; attempt < ATTEMPTS_BEFORE_LOCK; attempt++) {
      long lastChange = WarehouseLock.lastChange(stagingConnection);
      Optional<Computed> computed = computeBeforeLock(fresh, lastChange);
      if (computed.isPresent()) {
        try (MergeTransaction transaction = lock()) {
          if (transaction.earlierChange() == lastChange) {
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
  private Optional<Computed> computeBeforeLock(List<ListedObjects> fresh, long lastChange) {
    try {
      return Optional.of(compute(fresh));
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      if (hasChanged(lastChange, e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean hasChanged(long lastChange, Exception failure) {
    try {
      return WarehouseLock.lastChange(stagingConnection) != lastChange;
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

  /** 4 to 7: computes what the staged rows change. */
  private Computed compute(List<ListedObjects> fresh) {
    Map<Instant, HourKeys> loaded = LoadedHours.read(stagingConnection, objects.hours());
    List<ListedObjects> toLoad = leaveOutLoaded(fresh, loaded);
    if (!toLoad.isEmpty()) {
      rows.compute();
    }
    return new Computed(loaded, toLoad);
  }

  private LedgerRow merge(MergeTransaction transaction, Computed computed) {
    SqlConnection merge = transaction.connection();
    List<ListedObjects> toLoad = computed.toLoad();
    RecordHours hours = new RecordHours(merge, staging);
    Merged merged = Merged.NOTHING;
    if (!toLoad.isEmpty()) {
      merged = rows.move(merge);
    }
    LoadedHours.lock(merge, objects.hours());
    if (!toLoad.isEmpty()) {
      hours.add(objects, toLoad, computed.loaded(), !slice.isPart());
      Quarantine.removeLoaded(merge, staging);
      RejectedBytes.forget(merge, run.settings().rejectedBytesDays());
    }
    hours.addLoadedPacks(objects, toLoad, computed.loaded());
    if (!slice.isPart()) {
      hours.closeUnchanged(slice, toLoad);
    }
    clock.end(Stage.BALANCE);
    return ledger.commit(transaction, run, new Period(slice.from(), slice.to()), merged);
  }

  /** 1: the listed objects that are not loaded. */
  private List<ListedObjects> list(SqlConnection connection) {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(connection);
    stored.ifPresent(run.settings()::requireSameAs);
    WarehouseSettings.requireSameRules(connection);
    Map<Instant, HourKeys> loaded = LoadedHours.read(connection, SliceObjects.hours(slice));
    objects = SliceObjects.of(slice, loaded, packsFirst, run.listener()::message);
    counts.put(Count.OBJECTS_LISTED, objects.count(loaded));
    counts.put(Count.OBJECTS_IGNORED, slice.ignoredCount());
    List<ListedObjects> notLoaded = objects.without(loaded);
    clock.end(Stage.PLAN);
    return leaveOutQuarantined(notLoaded, connection);
  }

  /** 1: leaves out objects on which an earlier load failed. */
  private List<ListedObjects> leaveOutQuarantined(
      List<ListedObjects> notLoaded, SqlConnection connection) {
    Set<String> keys =
        notLoaded.isEmpty()
            ? Set.of()
            : Quarantine.objects(connection, objects.hours(), run.attempt());
    if (keys.isEmpty()) {
      return notLoaded;
    }
    quarantined = SliceObjects.filter(notLoaded, key -> keys.contains(key.relative()));
    return SliceObjects.filter(notLoaded, key -> !keys.contains(key.relative()));
  }

  /** 2 and 3: reads and parses in tasks, which write the rows into staging tables. */
  private void stage(Dataset<Row> parsed, SqlConnection connection) {
    StageRecords.stage(run, connection, staging, parsed);
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

  /** 8: begins the merge transaction, and checks the settings again under the lock. */
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
}
