package io.clickstream.etl.job;

import io.clickstream.etl.dedupe.DuplicateResolution;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.CopyBuffer;
import io.clickstream.etl.staging.ObjectOutcomes;
import io.clickstream.etl.staging.ObjectOutcomes.Outcome;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.staging.StagingWriter;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Marts;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.RowMerge;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One slice on its way into the warehouse. */
final class LoadSlice {

  private final Run run;
  private final Connection stagingConnection;
  private final Slice slice;
  private final StagingTables staging;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private long sessionized;

  /**
   * A loading.
   *
   * @param stagingConnection works besides the merge: stages rows, and decides on them under the
   *     merge's lock
   */
  LoadSlice(Run run, Connection stagingConnection, Slice slice) {
    this.run = run;
    this.stagingConnection = stagingConnection;
    this.slice = slice;
    this.staging = new StagingTables(run.id(), slice.number());
    this.clock = new StageClock(run.listener());
  }

  /** Loads it; the ledger row is committed with it. */
  LedgerRow load(Function<List<ListedObjects>, Dataset<Row>> parsed) throws SQLException {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(stagingConnection);
    stored.ifPresent(run.settings()::requireSameAs);
    WarehouseSettings.requireSameRules(stagingConnection);
    counts.put(Count.OBJECTS_LISTED, slice.objectCount());
    counts.put(Count.OBJECTS_IGNORED, slice.ignored());
    List<ListedObjects> fresh =
        notIn(LoadedHours.read(stagingConnection, hoursWithObjects()), listed());
    clock.end(Stage.PLAN);
    try {
      if (!fresh.isEmpty()) {
        LoadedHours.markIncomplete(stagingConnection, listedAt(fresh));
        staging.create(stagingConnection);
        stage(parsed.apply(fresh));
        requireReadable();
        clock.end(Stage.READ_PARSE_STAGE);
      }
      return merge(fresh);
    } finally {
      staging.dropQuietly(stagingConnection);
    }
  }

  private List<ListedObjects> listed() {
    return slice.hours().stream()
        .map(HourListing::objects)
        .filter(objects -> !objects.isEmpty())
        .toList();
  }

  private List<Instant> hoursWithObjects() {
    return listed().stream().map(ListedObjects::hour).toList();
  }

  /** What of some objects is not loaded. */
  private static List<ListedObjects> notIn(
      Map<Instant, HourKeys> loaded, List<ListedObjects> hours) {
    List<ListedObjects> rest = new ArrayList<>();
    for (ListedObjects hour : hours) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      ListedObjects others = hour.filter(key -> !keys.contains(key));
      if (!others.isEmpty()) {
        rest.add(others);
      }
    }
    return rest;
  }

  private List<HourListing> listingsOf(List<ListedObjects> objects) {
    Set<Instant> hours = objects.stream().map(ListedObjects::hour).collect(Collectors.toSet());
    return slice.hours().stream().filter(hour -> hours.contains(hour.hour())).toList();
  }

  private Map<Instant, Instant> listedAt(List<ListedObjects> objects) {
    return listingsOf(objects).stream()
        .collect(Collectors.toMap(HourListing::hour, HourListing::listedAt));
  }

  private static long count(List<ListedObjects> hours) {
    return hours.stream().mapToLong(List::size).sum();
  }

  private void stage(Dataset<Row> rows) {
    new StagingWriter(
            run.warehouse(),
            List.of(
                new StagingWriter.Target(ParsedRow.EVENT, staging.events()),
                new StagingWriter.Target(ParsedRow.REJECTED, staging.rejected()),
                new StagingWriter.Target(ParsedRow.OBJECT, staging.objects())))
        .copy(rows);
  }

  private void requireReadable() throws SQLException {
    if (run.skipUnreadable()) {
      return;
    }
    try (Statement statement = stagingConnection.createStatement()) {
      ResultSet unreadable =
          statement.executeQuery(
              """
              SELECT object_key, detail, count(*) OVER () FROM (%s) object
              WHERE outcome = 'unreadable' ORDER BY object_key LIMIT 1"""
                  .formatted(staging.distinctObjects()));
      if (unreadable.next()) {
        throw new UnreadableObjectsException(
            unreadable.getLong(3), unreadable.getString(1), unreadable.getString(2));
      }
    }
  }

  private LedgerRow merge(List<ListedObjects> fresh) throws SQLException {
    try (MergeTransaction transaction =
        new MergeTransaction(run.warehouse(), run.listener()::say)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      Connection merge = transaction.connection();
      run.settings().writeOrRequire(merge);
      Map<Instant, HourKeys> loaded = LoadedHours.read(merge, hoursWithObjects());
      List<ListedObjects> mine = notIn(loaded, fresh);
      if (count(mine) < count(fresh)) {
        supersede(fresh, loaded);
      }
      countListed(loaded);
      Map<String, Long> coerced = Map.of();
      if (mine.isEmpty()) {
        recordVisits(merge, mine);
      } else {
        decideAndSessionize();
        coerced = move(merge);
        recordHours(merge, mine, loaded);
      }
      clock.end(Stage.BALANCE);
      LedgerRow row = ledgerRow(transaction, coerced);
      transaction.commit(row);
      return row;
    }
  }

  /** Notes the objects that another run has loaded since we listed: theirs, not ours. */
  private void supersede(List<ListedObjects> fresh, Map<Instant, HourKeys> loaded)
      throws SQLException {
    CopyBuffer theirs = new CopyBuffer(staging.superseded(), StagingTables.SUPERSEDED, 0);
    for (ListedObjects hour : fresh) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      for (ListedObject object : hour) {
        if (keys.contains(object.key())) {
          theirs.add(stagingConnection, RowFactory.create(object.key().relative()));
        }
      }
    }
    theirs.flush(stagingConnection);
  }

  /** The left stagingConnection of the balance as far as the listing and the ledger tell it. */
  private void countListed(Map<Instant, HourKeys> loaded) {
    long records = 0;
    for (ListedObjects hour : listed()) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      for (ListedObject object : hour) {
        records += keys.recordsOf(object.key());
      }
    }
    counts.put(Count.ALREADY_LOADED, records);
    counts.put(Count.RECORDS_LISTED, records);
  }

  private void decideAndSessionize() throws SQLException {
    StagingTables.createJoinedAs(
        stagingConnection,
        staging.verdicts(),
        DuplicateResolution.query(staging.events(), staging.superseded()).text());
    clock.end(Stage.DEDUPE);
    RecomputeSessions sessions = new RecomputeSessions(run, stagingConnection, staging);
    counts.put(Count.CONTEXT_ROWS_READ, sessions.gatherTouched());
    clock.end(Stage.AFFECTED_RANGES);
    sessionized = sessions.sessionizeTouched();
    clock.end(Stage.SESSIONIZE);
  }

  private Map<String, Long> move(Connection merge) throws SQLException {
    Marts.noteTouched(merge, staging);
    RowMerge rows = new RowMerge(merge, staging, counts);
    rows.moveRows(counts.get(Count.CONTEXT_ROWS_READ) > 0, sessionized);
    clock.end(Stage.MERGE);
    Marts.refresh(merge, staging);
    clock.end(Stage.MARTS);
    rows.countMerged();
    return rows.coercedFields();
  }

  /** Adds what was read to the ledger's hours; an hour with an unreadable object is incomplete. */
  private void recordHours(
      Connection merge, List<ListedObjects> mine, Map<Instant, HourKeys> loaded)
      throws SQLException {
    requireStaged(merge, mine);
    List<HourListing> listings = listingsOf(mine);
    try (ObjectOutcomes outcomes = new ObjectOutcomes(merge, staging)) {
      for (int i = 0; i < mine.size(); i++) {
        ListedObjects hour = mine.get(i);
        HourKeys.Builder read = new HourKeys.Builder(hour.size());
        boolean complete = true;
        for (ListedObject object : hour) {
          Outcome outcome = outcomes.next(object.key());
          if (outcome.isRead()) {
            read.add(object.key(), outcome.records());
          }
          complete &= !outcome.isUnreadable();
        }
        HourKeys before = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
        HourListing listing = listings.get(i);
        LoadedHours.write(
            merge, listing.hour(), listing.listedAt(), before.and(read.build()), complete);
      }
      Optional<String> unexpected = outcomes.unexpected();
      if (unexpected.isPresent()) {
        throw new LoadException(
            unexpected.get() + " was read but not to be read: nothing was loaded");
      }
    }
    recordVisits(merge, mine);
  }

  private void requireStaged(Connection merge, List<ListedObjects> mine) throws SQLException {
    long wanted = count(mine) + Sql.number(merge, "SELECT count(*) FROM " + staging.superseded());
    long staged = Sql.number(merge, "SELECT count(DISTINCT object_key) FROM " + staging.objects());
    if (staged != wanted) {
      throw new LoadException(
          "%d objects were to be read but %d were: nothing was loaded".formatted(wanted, staged));
    }
  }

  /** Nothing was new in the other hours: one that was incomplete has no object left to read. */
  private void recordVisits(Connection merge, List<ListedObjects> mine) throws SQLException {
    Set<Instant> others = new HashSet<>(LoadedHours.incomplete(merge));
    mine.forEach(objects -> others.remove(objects.hour()));
    for (HourListing hour : slice.hours()) {
      if (others.contains(hour.hour())) {
        LoadedHours.writeVisit(merge, hour.hour(), hour.listedAt());
      }
    }
  }

  private LedgerRow ledgerRow(MergeTransaction merge, Map<String, Long> coerced) {
    return new LedgerRow(
        run.id(),
        slice.number(),
        run.mode(),
        slice.from(),
        slice.to(),
        startedAt,
        Instant.now(),
        counts,
        coerced,
        clock.seconds(),
        LedgerRow.seconds(merge.lockHeldNanos()),
        run.settings().toJson(),
        run.version());
  }
}
