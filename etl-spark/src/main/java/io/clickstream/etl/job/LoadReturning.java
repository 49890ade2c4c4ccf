package io.clickstream.etl.job;

import io.clickstream.etl.job.MergeStagedRows.Merged;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours.Period;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.ReturningRecords;
import io.clickstream.event.ErrorMessage;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Loads the duplicates of erased events again, from their raw objects.
 *
 * <ol>
 *   <li><b>List</b> the hours of some records, and find their objects, single or in packs.
 *   <li><b>Divide</b> the objects into parts of a bounded number of records, so that none holds the
 *       lock for long.
 *   <li><b>Read, parse and stage</b> the objects of a part, as in {@link LoadSlice}.
 *   <li><b>Lock</b>: the merge transaction begins. Staged records that are not to return are left
 *       out: the other records of a batch, and those that another run has loaded meanwhile.
 *   <li><b>Merge</b> the records that are left ({@link MergeStagedRows}), and commit.
 *   <li><b>Halve</b> the objects if their data are at fault, and load each half.
 * </ol>
 *
 * <p>A record stays in {@code etl_returning_records} if its object is missing, or if it cannot be
 * loaded by itself. Only {@code --reconcile} tries such a record again. The next run of any kind
 * tries again if the object moved into a pack meanwhile, or if a read failed.
 */
final class LoadReturning {

  /** Number of the first part; those of other slices are lower. */
  private static final int FIRST_NUMBER = 3_000_000;

  private final RunSession session;
  private final RawStore store;
  private final ReadAndParse readAndParse;
  private final long partRecords;
  private final SqlConnection stagingConnection;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int parts;
  private int halvings;

  /** Keys of objects that may be readable next time: they moved, or a read failed. */
  private final Set<String> unread = new HashSet<>();

  /**
   * Creates the load.
   *
   * @param partRecords greatest number of records that are looked up together, and of those in the
   *     objects of a part; a part has at least one object
   */
  LoadReturning(RunSession session, RawStore store, ReadAndParse readAndParse, long partRecords) {
    this.session = session;
    this.store = store;
    this.readAndParse = readAndParse;
    this.partRecords = partRecords;
    this.stagingConnection = session.stagingConnection();
  }

  /**
   * Loads the records.
   *
   * @param all whether to try again those that an earlier run could not load
   * @throws LoadException if neither an object nor its data is at fault
   */
  void load(boolean all) throws IOException {
    try {
      List<String> keys = ReturningRecords.keys(stagingConnection, all, "", partRecords);
      while (!keys.isEmpty()) {
        for (List<ListedObjects> part : parts(find(keys), partRecords)) {
          load(part);
        }
        // A record that is left has no object, or one that cannot be loaded.
        ReturningRecords.markTried(
            stagingConnection,
            keys.stream().filter(key -> !unread.contains(objectOf(key))).toList());
        String last = keys.get(keys.size() - 1);
        keys = ReturningRecords.keys(stagingConnection, all, last, partRecords);
      }
      if (!unread.isEmpty()) {
        session
            .run()
            .listener()
            .message(
                "%,d objects with duplicates of erased events were not read: the next run tries again"
                    .formatted(unread.size()));
      }
    } catch (UnreadableObjectsException e) {
      fail("Cannot load duplicates of erased events: " + e.getMessage());
    } catch (DatabaseException e) {
      throw RunSession.failed("load duplicates of erased events", e);
    }
  }

  /** Returns the rows of the ledger, committed. */
  List<LedgerRow> rows() {
    return rows;
  }

  /** Returns one line per failure of an object, or of its data. */
  List<String> failures() {
    return failures;
  }

  private void fail(String failure) {
    failures.add(failure);
    session.run().listener().message(failure);
  }

  private List<ListedObjects> find(List<String> recordKeys) throws IOException {
    Set<String> wanted =
        recordKeys.stream().map(LoadReturning::objectOf).collect(Collectors.toSet());
    Set<Instant> hours =
        recordKeys.stream().map(RawKey::hourOf).collect(Collectors.toCollection(TreeSet::new));
    List<HourListing> listed = new ArrayList<>();
    for (Instant hour : hours) {
      listed.add(store.list(hour, session.serverTime()));
    }
    SliceObjects objects =
        SliceObjects.of(
            new Slice(FIRST_NUMBER, listed), Map.of(), true, session.run().listener()::message);
    List<ListedObjects> found =
        SliceObjects.filter(objects.listed(), key -> wanted.contains(key.relative()));
    noteUnread(wanted, objects.hoursWithUnreadPacks(), found);
    return found;
  }

  /** An object that is not listed may be in a pack that could not be read. */
  private void noteUnread(Set<String> wanted, Set<Instant> hours, List<ListedObjects> found) {
    wanted.stream().filter(key -> hours.contains(RawKey.hourOf(key))).forEach(unread::add);
    found.stream()
        .flatMap(ListedObjects::stream)
        .forEach(object -> unread.remove(object.key().relative()));
  }

  /**
   * Divides objects into parts of up to a number of records, by a high estimate. Each part has at
   * least one object.
   *
   * @param hours objects by hour
   */
  static List<List<ListedObjects>> parts(List<ListedObjects> hours, long mostRecords) {
    List<List<ListedObjects>> parts = new ArrayList<>();
    List<ListedObjects> part = new ArrayList<>();
    long records = 0;
    for (ListedObjects hour : hours) {
      int from = 0;
      for (int i = 0; i < hour.size(); i++) {
        long more = hour.get(i).mostRecords();
        if (records > 0 && records + more > mostRecords) {
          if (i > from) {
            part.add(hour.subList(from, i));
          }
          parts.add(part);
          part = new ArrayList<>();
          from = i;
          records = 0;
        }
        records += more;
      }
      if (hour.size() > from) {
        part.add(hour.subList(from, hour.size()));
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private static String objectOf(String recordKey) {
    return recordKey.split("#", 2)[0];
  }

  private void load(List<ListedObjects> objects) {
    try {
      rows.add(new Part(objects, FIRST_NUMBER + parts++).load());
    } catch (UnreadableObjectsException e) {
      throw e;
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      if (!DataFailure.is(e)) {
        throw e;
      }
      divide(objects, ErrorMessage.ofInnermost(e));
    }
  }

  private void divide(List<ListedObjects> objects, String error) {
    List<String> keys =
        objects.stream()
            .flatMap(ListedObjects::stream)
            .map(object -> object.key().relative())
            .distinct()
            .toList();
    if (keys.size() == 1 || ++halvings > LoadParts.MAX_PARTS / 2) {
      fail(
          "Cannot load duplicates of erased events in %s: %s. Use a version with the fault mended, and run it with --reconcile."
              .formatted(String.join(", ", keys), error));
      return;
    }
    Set<String> half = Set.copyOf(keys.subList(0, keys.size() / 2));
    load(SliceObjects.filter(objects, key -> half.contains(key.relative())));
    load(SliceObjects.filter(objects, key -> !half.contains(key.relative())));
  }

  /** One transaction. */
  private final class Part {
    private final Run run = session.run();
    private final List<ListedObjects> objects;
    private final StagingTables staging;
    private final LedgerEntry ledger;

    Part(List<ListedObjects> objects, int number) {
      this.objects = objects;
      this.ledger = new LedgerEntry(run.listener(), number, Window.Erase.MODE);
      this.staging = new StagingTables(run.id(), number);
    }

    LedgerRow load() {
      try {
        StageRecords.stage(run, stagingConnection, staging, readAndParse.apply(objects));
        ledger.clock().end(Stage.READ_PARSE_STAGE);
        try (MergeTransaction transaction =
            new MergeTransaction(run.warehouse(), run.listener()::message)) {
          ledger.clock().end(Stage.WAIT_FOR_LOCK);
          SqlConnection merge = transaction.connection();
          run.settings().writeOrRequire(merge);
          ReturningRecords.keepOnly(stagingConnection, staging);
          Merged merged = new MergeStagedRows(session, staging, ledger).merge(merge);
          ReturningRecords.removeStored(merge, staging);
          unread.addAll(ReturningRecords.unreadObjects(merge, staging));
          ledger.clock().end(Stage.BALANCE);
          return commit(transaction, merged);
        }
      } finally {
        staging.drop(stagingConnection);
      }
    }

    private LedgerRow commit(MergeTransaction transaction, Merged merged) {
      ledger.counts().put(Count.OBJECTS_LISTED, SliceObjects.count(objects));
      Instant lastHour = objects.get(objects.size() - 1).hour();
      Period hours = new Period(objects.get(0).hour(), lastHour.plus(Duration.ofHours(1)));
      return ledger.commit(transaction, run, hours, merged);
    }
  }
}
