package io.clickstream.etl.load;

import io.clickstream.etl.dedupe.Contest;
import io.clickstream.etl.load.LedgerRow.Count;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.event.RawKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One slice on its way into the warehouse. */
final class Loading {

  private final Run run;
  private final Connection side;
  private final Slice slice;
  private final Staging staging;
  private final StageClock clock;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  /**
   * A loading.
   *
   * @param side works besides the merge: stages rows, and decides on them under the merge's lock
   */
  Loading(Run run, Connection side, Slice slice) {
    this.run = run;
    this.side = side;
    this.slice = slice;
    this.staging = new Staging(run.id(), slice.number());
    this.clock = new StageClock(run.listener());
  }

  /** Loads it; the ledger row is committed with it. */
  LedgerRow load(Function<List<ListedObject>, Dataset<Row>> parsed) throws SQLException {
    Optional<WarehouseSettings> stored = WarehouseSettings.read(side);
    stored.ifPresent(run.settings()::requireSameAs);
    counts.put(Count.OBJECTS_LISTED, slice.objectCount());
    counts.put(Count.OBJECTS_IGNORED, slice.ignored());
    List<ListedObject> fresh = notIn(LoadedHours.read(side, slice.hours()));
    clock.end(Stage.PLAN);
    try {
      if (!fresh.isEmpty()) {
        LoadedHours.markIncomplete(side, hoursOf(fresh));
        staging.create(side);
        stage(parsed.apply(fresh));
        requireReadable();
        clock.end(Stage.READ_PARSE_STAGE);
      }
      return merge(fresh);
    } finally {
      staging.dropQuietly(side, run.listener());
    }
  }

  private List<ListedObject> notIn(Map<Instant, HourKeys> loaded) {
    List<ListedObject> fresh = new ArrayList<>();
    for (HourListing hour : slice.hours()) {
      HourKeys keys = loaded.get(hour.hour());
      for (ListedObject object : hour.objects()) {
        if (!keys.contains(object.key())) {
          fresh.add(object);
        }
      }
    }
    return fresh;
  }

  private List<HourListing> hoursOf(List<ListedObject> objects) {
    Set<Instant> hours = new HashSet<>();
    for (ListedObject object : objects) {
      hours.add(object.key().hour());
    }
    return slice.hours().stream().filter(hour -> hours.contains(hour.hour())).toList();
  }

  private void stage(Dataset<Row> rows) {
    int events = 1;
    int rejected = events + Columns.PARSED_EVENT.all().size() + 1;
    int objects = rejected + Columns.REJECTED_RECORD.all().size();
    new CopyRows(
            run.warehouse(),
            List.of(
                new CopyRows.Target(
                    "event",
                    staging.events(),
                    Columns.PARSED_EVENT.and(Columns.COERCED_FIELDS),
                    events),
                new CopyRows.Target(
                    "rejected", staging.rejected(), Columns.REJECTED_RECORD, rejected),
                new CopyRows.Target("object", staging.objects(), Columns.OBJECT_OUTCOME, objects)))
        .copy(rows);
  }

  private void requireReadable() throws SQLException {
    if (run.skipUnreadable()) {
      return;
    }
    try (Statement statement = side.createStatement()) {
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

  private LedgerRow merge(List<ListedObject> fresh) throws SQLException {
    try (MergeTransaction transaction = new MergeTransaction(run)) {
      clock.end(Stage.WAIT_FOR_LOCK);
      Connection merge = transaction.connection();
      run.settings().writeOrRequire(merge);
      Map<Instant, HourKeys> loaded = LoadedHours.read(merge, slice.hours());
      List<ListedObject> mine = supersede(fresh, loaded);
      countListed(loaded);
      Map<String, Long> coerced = Map.of();
      if (mine.isEmpty()) {
        recordVisit(merge, loaded);
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

  /** Objects that another run has loaded since we listed: theirs, not ours. */
  private List<ListedObject> supersede(List<ListedObject> fresh, Map<Instant, HourKeys> loaded)
      throws SQLException {
    List<ListedObject> mine = new ArrayList<>(fresh.size());
    List<RawKey> theirs = new ArrayList<>();
    for (ListedObject object : fresh) {
      if (loaded.get(object.key().hour()).contains(object.key())) {
        theirs.add(object.key());
      } else {
        mine.add(object);
      }
    }
    if (!theirs.isEmpty()) {
      try (PreparedStatement insert =
          side.prepareStatement("INSERT INTO " + staging.superseded() + " VALUES (?)")) {
        for (RawKey key : theirs) {
          insert.setString(1, key.relative());
          insert.addBatch();
        }
        insert.executeBatch();
      }
    }
    return mine;
  }

  /** The left side of the balance as far as the listing and the ledger tell it. */
  private void countListed(Map<Instant, HourKeys> loaded) {
    List<RawKey> alreadyLoaded = new ArrayList<>();
    for (HourListing hour : slice.hours()) {
      for (ListedObject object : hour.objects()) {
        if (loaded.get(hour.hour()).contains(object.key())) {
          alreadyLoaded.add(object.key());
        }
      }
    }
    long records = LoadedHours.records(loaded, alreadyLoaded);
    counts.put(Count.ALREADY_LOADED, records);
    counts.put(Count.RECORDS_LISTED, records);
  }

  private void decideAndSessionize() throws SQLException {
    Staging.createJoinedAs(
        side, staging.verdicts(), Contest.verdicts(staging.events(), staging.superseded()));
    clock.end(Stage.DEDUPE);
    Resessionizing sessions = new Resessionizing(run, side, staging);
    counts.put(Count.NEIGHBOUR_ROWS_READ, sessions.gatherTouched());
    clock.end(Stage.NEIGHBOURS);
    sessions.sessionizeTouched();
    clock.end(Stage.SESSIONIZE);
  }

  private Map<String, Long> move(Connection merge) throws SQLException {
    Marts.noteTouched(merge, staging);
    RowMerge rows = new RowMerge(merge, staging, counts);
    rows.moveRows(counts.get(Count.NEIGHBOUR_ROWS_READ) > 0);
    clock.end(Stage.MERGE);
    Marts.refresh(merge, staging);
    clock.end(Stage.MARTS);
    rows.countMerged();
    return rows.coercedFields();
  }

  /** Adds what was read to the ledger's hours; an hour with an unreadable object is incomplete. */
  private void recordHours(Connection merge, List<ListedObject> mine, Map<Instant, HourKeys> loaded)
      throws SQLException {
    Map<String, String> outcomes = new HashMap<>();
    Map<String, Integer> batchRecords = new HashMap<>();
    long staged = 0;
    try (Statement statement = merge.createStatement()) {
      statement.setFetchSize(10_000);
      ResultSet rows =
          statement.executeQuery(
              "SELECT object_key, outcome, records FROM ("
                  + staging.distinctObjects()
                  + ") object");
      while (rows.next()) {
        staged++;
        if (!rows.getString(2).equals("read")) {
          outcomes.put(rows.getString(1), rows.getString(2));
        } else if (rows.getString(1).endsWith(".ndjson")) {
          batchRecords.put(rows.getString(1), rows.getInt(3));
        }
      }
    }
    long superseded = Sql.number(merge, "SELECT count(*) FROM " + staging.superseded());
    if (staged != mine.size() + superseded) {
      throw new LoadException(
          "%d objects were to be read but %d were: nothing was loaded"
              .formatted(mine.size() + superseded, staged));
    }
    Map<Instant, Boolean> complete = new HashMap<>();
    for (ListedObject object : mine) {
      RawKey key = object.key();
      String outcome = outcomes.get(key.relative());
      if (outcome == null) {
        loaded.get(key.hour()).add(key, batchRecords.getOrDefault(key.relative(), 1));
      }
      complete.merge(key.hour(), !"unreadable".equals(outcome), Boolean::logicalAnd);
    }
    for (HourListing hour : slice.hours()) {
      if (!hour.objects().isEmpty()) {
        LoadedHours.write(
            merge, hour, loaded.get(hour.hour()), complete.getOrDefault(hour.hour(), true));
      }
    }
  }

  /** Nothing was new: an hour that was incomplete has no object left to read, so it is complete. */
  private void recordVisit(Connection merge, Map<Instant, HourKeys> loaded) throws SQLException {
    List<Instant> incomplete = LoadedHours.incomplete(merge);
    for (HourListing hour : slice.hours()) {
      if (incomplete.contains(hour.hour())) {
        LoadedHours.write(merge, hour, loaded.get(hour.hour()), true);
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
