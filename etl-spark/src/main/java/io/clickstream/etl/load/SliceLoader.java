package io.clickstream.etl.load;

import io.clickstream.etl.dedupe.Contest;
import io.clickstream.etl.load.LedgerRow.Count;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.sessionize.Regions;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sessionize.Sessionize;
import io.clickstream.etl.sessionize.SummarizeSessions;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.event.RawKey;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Loads a slice: all of it, or nothing.
 *
 * <ol>
 *   <li>Objects that the ledger has are left alone; the others are read, parsed and streamed into
 *       staging, before the lock.
 *   <li>A transaction takes the warehouse lock with its first statement. While it holds it, a
 *       second connection decides duplicates and regions against the committed rows, and Spark
 *       sessionizes them; results are staged.
 *   <li>The transaction moves staged rows into the warehouse, checks the balance against the
 *       tables, writes the ledger and commits.
 * </ol>
 */
public final class SliceLoader implements AutoCloseable {

  /** Any constant that nobody else uses on the server: "clickstr" in ASCII. */
  private static final long WAREHOUSE_LOCK = 0x636c69636b737472L;

  private static final int SCHEMA_VERSION = 1;
  private static final int ROWS_PER_PARTITION = 100_000;

  private final SparkSession spark;
  private final Warehouse warehouse;
  private final WarehouseSettings settings;
  private final SessionRules sessionRules;
  private final UUID runId;
  private final String mode;
  private final boolean skipUnreadable;
  private final String version;
  private final RunListener listener;
  private final Connection side;

  /**
   * Opens the run: checks the warehouse, and marks the run as alive.
   *
   * @param listener follows the run
   * @throws LoadException when the warehouse can't be reached or is not migrated
   * @throws SettingsMismatchException when it was loaded with other settings
   */
  public SliceLoader(
      SparkSession spark,
      Warehouse warehouse,
      WarehouseSettings settings,
      SessionRules sessionRules,
      UUID runId,
      String mode,
      boolean skipUnreadable,
      String version,
      RunListener listener) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.settings = settings;
    this.sessionRules = sessionRules;
    this.runId = runId;
    this.mode = mode;
    this.skipUnreadable = skipUnreadable;
    this.version = version;
    this.listener = listener;
    this.side = open(warehouse);
    try {
      requireSchema(side);
      WarehouseSettings.read(side).ifPresent(settings::requireSameAs);
      Staging.holdRun(side, runId);
      int dropped = Staging.dropLeftovers(side);
      if (dropped > 0) {
        listener.say("dropped " + dropped + " staging tables of runs that died");
      }
    } catch (SQLException e) {
      close();
      throw failed("preparing the run", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Connection open(Warehouse warehouse) {
    try {
      return warehouse.connect();
    } catch (SQLException e) {
      throw new LoadException(
          "can't connect to the warehouse as " + warehouse + ": " + oneLine(e), e);
    }
  }

  private static void requireSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet table = statement.executeQuery("SELECT to_regclass('schema_version') IS NOT NULL");
      table.next();
      if (!table.getBoolean(1)) {
        throw new LoadException("the warehouse is not migrated: run ./clickstream migrate first");
      }
      ResultSet version = statement.executeQuery("SELECT max(version) FROM schema_version");
      version.next();
      if (version.getInt(1) != SCHEMA_VERSION) {
        throw new LoadException(
            "the warehouse has schema version %d, this job needs %d: run ./clickstream migrate"
                .formatted(version.getInt(1), SCHEMA_VERSION));
      }
    }
  }

  /** The warehouse's clock, by which runs on several machines order their listings. */
  public Instant time() {
    try (Statement statement = side.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT clock_timestamp()");
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw failed("reading the clock", e);
    }
  }

  /** Hours that an earlier run left incomplete. */
  public List<Instant> incompleteHours() {
    try {
      return LoadedHours.incomplete(side);
    } catch (SQLException e) {
      throw failed("reading the ledger", e);
    }
  }

  /**
   * Loads a slice.
   *
   * @param parsed reads objects and gives the rows of {@code Columns.PARSED}
   * @return the slice's ledger row, committed
   * @throws UnreadableObjectsException when objects can't be read and that was not allowed
   * @throws LoadException for anything else that failed the slice
   */
  public LedgerRow load(Slice slice, Function<List<ListedObject>, Dataset<Row>> parsed) {
    try {
      return new Loading(slice).run(parsed);
    } catch (SQLException e) {
      throw failed("loading " + slice.from() + " to " + slice.to(), e);
    }
  }

  private static LoadException failed(String what, SQLException e) {
    return new LoadException(what + " failed: " + oneLine(e), e);
  }

  private static String oneLine(SQLException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  /** Ends the run: from here on its left-over tables are anybody's to drop. */
  @Override
  public void close() {
    try {
      side.close();
    } catch (SQLException e) {
      listener.say("closing a connection failed: " + oneLine(e));
    }
  }

  /** One slice on its way. */
  private final class Loading {

    private final Slice slice;
    private final Staging staging;
    private final Instant startedAt = Instant.now();
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Map<String, BigDecimal> stageSeconds = new LinkedHashMap<>();
    private long stageStart = System.nanoTime();
    private long lockedAt;

    Loading(Slice slice) {
      this.slice = slice;
      this.staging = new Staging(runId, slice.number());
    }

    LedgerRow run(Function<List<ListedObject>, Dataset<Row>> parsed) throws SQLException {
      counts.put(Count.OBJECTS_LISTED, slice.objectCount());
      counts.put(Count.OBJECTS_IGNORED, slice.ignored());
      Map<Instant, HourKeys> loaded = LoadedHours.read(side, slice.hours());
      List<ListedObject> fresh = new ArrayList<>();
      for (HourListing hour : slice.hours()) {
        HourKeys keys = loaded.get(hour.hour());
        for (ListedObject object : hour.objects()) {
          if (!keys.contains(object.key())) {
            fresh.add(object);
          }
        }
      }
      endStage(Stage.PLAN);
      try {
        if (!fresh.isEmpty()) {
          LoadedHours.markIncomplete(side, hoursOf(fresh));
          staging.create(side);
          stage(parsed.apply(fresh));
          requireReadable();
          endStage(Stage.READ_PARSE_STAGE);
        }
        return merge(fresh);
      } finally {
        dropStaging();
      }
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
              warehouse,
              List.of(
                  new CopyRows.Target(
                      "event",
                      staging.events(),
                      Columns.PARSED_EVENT.and(Columns.COERCED_FIELDS),
                      events),
                  new CopyRows.Target(
                      "rejected", staging.rejected(), Columns.REJECTED_RECORD, rejected),
                  new CopyRows.Target(
                      "object", staging.objects(), Columns.OBJECT_OUTCOME, objects)))
          .copy(rows);
    }

    private void requireReadable() throws SQLException {
      if (skipUnreadable) {
        return;
      }
      try (Statement statement = side.createStatement()) {
        ResultSet unreadable =
            statement.executeQuery(
                """
                SELECT object_key, detail, count(*) OVER () FROM (%s) object
                WHERE outcome = 'unreadable' ORDER BY object_key LIMIT 1"""
                    .formatted(distinctObjects()));
        if (unreadable.next()) {
          throw new UnreadableObjectsException(
              unreadable.getLong(3), unreadable.getString(1), unreadable.getString(2));
        }
      }
    }

    /**
     * One row an object; a task that ran twice may have staged two, and a read one is the truth.
     */
    private String distinctObjects() {
      return """
          SELECT DISTINCT ON (object_key) object_key, outcome, records, detail
          FROM %s ORDER BY object_key, outcome <> 'read', outcome"""
          .formatted(staging.objects());
    }

    private LedgerRow merge(List<ListedObject> fresh) throws SQLException {
      try (Connection merge = open(warehouse)) {
        merge.setAutoCommit(false);
        lock(merge);
        settings.writeOrRequire(merge);
        Map<Instant, HourKeys> loaded = LoadedHours.read(merge, slice.hours());
        List<ListedObject> mine = supersede(fresh, loaded);
        countListed(loaded);
        Map<String, Long> coerced = Map.of();
        if (!mine.isEmpty()) {
          decide();
          sessionize();
          moveRows(merge);
          endStage(Stage.MERGE);
          countMerged(merge);
          coerced = coercedFields(merge);
          recordHours(merge, mine, loaded);
          endStage(Stage.BALANCE);
        } else {
          recordVisit(merge, loaded);
        }
        LedgerRow row = ledgerRow(coerced);
        if (!row.isBalanced()) {
          throw new LoadException("the balance does not hold, nothing was loaded: " + row.toJson());
        }
        insertLedgerRow(merge, row);
        commit(merge);
        return row;
      }
    }

    private void lock(Connection merge) throws SQLException {
      try (PreparedStatement attempt =
          merge.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
        attempt.setLong(1, WAREHOUSE_LOCK);
        ResultSet locked = attempt.executeQuery();
        locked.next();
        if (!locked.getBoolean(1)) {
          listener.say("another run is loading: waiting for its end");
          try (PreparedStatement wait = merge.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            wait.setLong(1, WAREHOUSE_LOCK);
            wait.execute();
          }
        }
      }
      lockedAt = System.nanoTime();
      endStage(Stage.WAIT_FOR_LOCK);
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

    private void decide() throws SQLException {
      Staging.createAs(
          side, staging.candidates(), Contest.candidates(staging.events(), staging.superseded()));
      Staging.createAs(side, staging.verdicts(), Contest.verdicts(staging.candidates()));
      Staging.createAs(
          side,
          staging.changes(),
          """
          SELECT visitor_id, occurred_at, event_id FROM %1$s WHERE wins
          UNION
          SELECT stored_visitor_id, stored_occurred_at, event_id FROM %1$s
          WHERE wins AND stored_raw_object_key IS NOT NULL"""
              .formatted(staging.verdicts()));
      endStage(Stage.DEDUPE);
      Staging.createAs(
          side, staging.regions(), Regions.of(staging.changes(), sessionRules.gap().toSeconds()));
      long rows = Staging.createAs(side, staging.sessionInput(), sessionInput());
      long fromBatch = count(side, "SELECT count(*) FROM " + staging.verdicts() + " WHERE wins");
      counts.put(Count.NEIGHBOUR_ROWS_READ, rows - fromBatch);
      endStage(Stage.NEIGHBOURS);
    }

    /** The slice's winners, and the stored events of the regions that they touch. */
    private String sessionInput() {
      return """
          SELECT %1$s
          FROM %2$s verdict JOIN %3$s event ON event.ctid = verdict.staged_row
          WHERE verdict.wins
          UNION ALL
          SELECT %1$s
          FROM %4$s region JOIN clickstream_events event
            ON event.visitor_id = region.visitor_id
              AND event.occurred_at >= region.opens_at AND event.occurred_at < region.closes_at
          WHERE NOT EXISTS (
            SELECT FROM %2$s verdict WHERE verdict.wins AND verdict.event_id = event.event_id)"""
          .formatted(
              sessionInputColumns(), staging.verdicts(), staging.events(), staging.regions());
    }

    private static String sessionInputColumns() {
      return Columns.SESSION_INPUT
          .list("event")
          .replace("event.order_total_minor", ORDER_TOTAL + " AS order_total_minor");
    }

    /** An order's value as sent, else the sum of its lines; NULL when that does not fit. */
    private static final String ORDER_TOTAL =
        """
        CASE WHEN event.event_name = 'checkout_complete' THEN coalesce(event.order_value_minor, (
          SELECT CASE WHEN abs(sum(line.total)) <= 9223372036854775807 THEN sum(line.total)::bigint END
          FROM (
            SELECT coalesce((item ->> 'quantity')::numeric, 1) * coalesce(
              (item ->> 'discount_price_minor')::numeric, (item ->> 'price_minor')::numeric) AS total
            FROM jsonb_array_elements(event.order_items) item) line)) END""";

    private void sessionize() throws SQLException {
      long rows = count(side, "SELECT count(*) FROM " + staging.sessionInput());
      long pages = count(side, "SELECT pg_relation_size('" + staging.sessionInput() + "') / 8192");
      int partitions = (int) Math.max(1, Math.min(1_000, rows / ROWS_PER_PARTITION + 1));
      Dataset<Row> input =
          new StagedTable(warehouse, staging.sessionInput(), Columns.SESSION_INPUT)
              .read(spark, partitions, pages)
              .repartition(partitions, org.apache.spark.sql.functions.col("visitor_id"));
      Dataset<Row> sessionized =
          new Sessionize(sessionRules).apply(input).persist(StorageLevel.MEMORY_AND_DISK());
      try {
        new CopyRows(
                warehouse,
                List.of(
                    new CopyRows.Target(null, staging.eventSessions(), Columns.EVENT_SESSION, 0)))
            .copy(sessionized.select("event_id", "session_key"));
        new CopyRows(
                warehouse,
                List.of(new CopyRows.Target(null, staging.sessions(), Columns.SESSION, 0)))
            .copy(new SummarizeSessions(sessionRules).apply(sessionized));
      } finally {
        sessionized.unpersist();
      }
      try (Statement statement = side.createStatement()) {
        statement.execute("ANALYZE " + staging.eventSessions());
      }
      endStage(Stage.SESSIONIZE);
    }

    private void moveRows(Connection merge) throws SQLException {
      long replaced =
          update(
              merge,
              """
              INSERT INTO duplicate_records (object_key, event_id)
              SELECT stored_raw_object_key, event_id FROM %s
              WHERE wins AND stored_raw_object_key IS NOT NULL
              ORDER BY stored_raw_object_key"""
                  .formatted(staging.verdicts()));
      counts.put(Count.REPLACED, replaced);
      if (replaced > 0) {
        update(
            merge,
            """
            DELETE FROM clickstream_events event USING %s verdict
            WHERE verdict.wins AND verdict.stored_raw_object_key IS NOT NULL
              AND event.event_id = verdict.event_id"""
                .formatted(staging.verdicts()));
      }
      update(
          merge,
          """
          INSERT INTO clickstream_events (%s, session_key)
          SELECT %s, session.session_key
          FROM %s verdict
          JOIN %s event ON event.ctid = verdict.staged_row
          JOIN (SELECT DISTINCT event_id, session_key FROM %s) session
            ON session.event_id = verdict.event_id
          WHERE verdict.wins
          ORDER BY verdict.event_id"""
              .formatted(
                  Columns.PARSED_EVENT.list(""),
                  Columns.PARSED_EVENT.list("event"),
                  staging.verdicts(),
                  staging.events(),
                  staging.eventSessions()));
      if (counts.get(Count.NEIGHBOUR_ROWS_READ) > 0) {
        update(
            merge,
            """
            UPDATE clickstream_events event SET session_key = session.session_key
            FROM (SELECT DISTINCT event_id, session_key FROM %s) session
            WHERE session.event_id = event.event_id AND event.session_key <> session.session_key"""
                .formatted(staging.eventSessions()));
      }
      update(
          merge,
          """
          DELETE FROM clickstream_sessions session USING %s region
          WHERE session.visitor_id = region.visitor_id
            AND session.started_at >= region.opens_at AND session.started_at < region.closes_at"""
              .formatted(staging.regions()));
      counts.put(
          Count.SESSIONS_WRITTEN,
          update(
              merge,
              """
              INSERT INTO clickstream_sessions (%1$s)
              SELECT DISTINCT ON (session_key) %1$s FROM %2$s ORDER BY session_key"""
                  .formatted(Columns.SESSION.list(""), staging.sessions())));
      update(
          merge,
          """
          INSERT INTO duplicate_records (object_key, event_id)
          SELECT raw_object_key, event_id FROM %s WHERE NOT wins ORDER BY raw_object_key"""
              .formatted(staging.verdicts()));
      update(
          merge,
          """
          INSERT INTO rejected_records (%1$s)
          SELECT DISTINCT ON (object_key) %1$s FROM %2$s rejected
          WHERE NOT EXISTS (
            SELECT FROM %3$s other WHERE other.object_key = split_part(rejected.object_key, '#', 1))
          ORDER BY object_key"""
              .formatted(
                  Columns.REJECTED_RECORD.list(""), staging.rejected(), staging.superseded()));
    }

    /**
     * Both sides of the balance: records as the reader counted them, rows as the tables hold them.
     */
    private void countMerged(Connection merge) throws SQLException {
      String mine =
          """
          SELECT outcome, records FROM (%s) object
          WHERE NOT EXISTS (SELECT FROM %s other WHERE other.object_key = object.object_key)"""
              .formatted(distinctObjects(), staging.superseded());
      long read =
          count(
              merge,
              "SELECT coalesce(sum(records), 0) FROM (" + mine + ") o WHERE outcome = 'read'");
      long vanished =
          count(merge, "SELECT count(*) FROM (" + mine + ") o WHERE outcome = 'vanished'");
      long unreadable =
          count(merge, "SELECT count(*) FROM (" + mine + ") o WHERE outcome = 'unreadable'");
      counts.put(Count.RECORDS_READ, read);
      counts.put(Count.VANISHED, vanished);
      counts.put(Count.UNREADABLE, unreadable);
      counts.merge(Count.RECORDS_LISTED, read + vanished + unreadable, Long::sum);
      counts.put(
          Count.INSERTED,
          count(
              merge,
              """
              SELECT count(*) FROM %s verdict JOIN clickstream_events event
              ON event.event_id = verdict.event_id
                AND event.raw_object_key = verdict.raw_object_key"""
                  .formatted(staging.verdicts())));
      counts.put(
          Count.DUPLICATES,
          count(
              merge,
              """
              SELECT count(*) FROM %s verdict JOIN duplicate_records duplicate
              ON duplicate.object_key = verdict.raw_object_key"""
                  .formatted(staging.verdicts())));
      counts.put(
          Count.REJECTED,
          count(
              merge,
              """
              SELECT count(*) FROM (
                SELECT DISTINCT object_key FROM %s rejected
                WHERE NOT EXISTS (
                  SELECT FROM %s other
                  WHERE other.object_key = split_part(rejected.object_key, '#', 1))) staged
              JOIN rejected_records USING (object_key)"""
                  .formatted(staging.rejected(), staging.superseded())));
      counts.put(
          Count.CONFLICTING_TWINS,
          count(
              merge,
              """
              SELECT count(*) FILTER (
                WHERE NOT wins
                  AND (verdict.visitor_id, verdict.event_name)
                    IS DISTINCT FROM (event.visitor_id, event.event_name))
                + count(*) FILTER (
                  WHERE wins AND stored_raw_object_key IS NOT NULL
                    AND (stored_visitor_id, stored_event_name)
                      IS DISTINCT FROM (event.visitor_id, event.event_name))
              FROM %s verdict JOIN clickstream_events event USING (event_id)
              WHERE NOT wins OR stored_raw_object_key IS NOT NULL"""
                  .formatted(staging.verdicts())));
    }

    private Map<String, Long> coercedFields(Connection merge) throws SQLException {
      Map<String, Long> coerced = new TreeMap<>();
      try (Statement statement = merge.createStatement()) {
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT field, count(*)
                FROM %s candidate JOIN %s event ON event.ctid = candidate.staged_row,
                  unnest(string_to_array(event.coerced_fields, ',')) field
                WHERE event.coerced_fields IS NOT NULL
                GROUP BY field"""
                    .formatted(staging.candidates(), staging.events()));
        while (rows.next()) {
          coerced.put(rows.getString(1), rows.getLong(2));
        }
      }
      return coerced;
    }

    /**
     * Adds what was read to the ledger's hours; an hour with an unreadable object is incomplete.
     */
    private void recordHours(
        Connection merge, List<ListedObject> mine, Map<Instant, HourKeys> loaded)
        throws SQLException {
      Map<String, String> outcomes = new HashMap<>();
      Map<String, Integer> batchRecords = new HashMap<>();
      long staged = 0;
      try (Statement statement = merge.createStatement()) {
        statement.setFetchSize(10_000);
        ResultSet rows =
            statement.executeQuery(
                "SELECT object_key, outcome, records FROM (" + distinctObjects() + ") object");
        while (rows.next()) {
          staged++;
          if (!rows.getString(2).equals("read")) {
            outcomes.put(rows.getString(1), rows.getString(2));
          } else if (rows.getString(1).endsWith(".ndjson")) {
            batchRecords.put(rows.getString(1), rows.getInt(3));
          }
        }
      }
      long superseded = count(merge, "SELECT count(*) FROM " + staging.superseded());
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

    /**
     * Nothing was new: an hour that was incomplete has no object left to read, so it is complete.
     */
    private void recordVisit(Connection merge, Map<Instant, HourKeys> loaded) throws SQLException {
      List<Instant> incomplete = LoadedHours.incomplete(merge);
      for (HourListing hour : slice.hours()) {
        if (incomplete.contains(hour.hour())) {
          LoadedHours.write(merge, hour, loaded.get(hour.hour()), true);
        }
      }
    }

    private LedgerRow ledgerRow(Map<String, Long> coerced) {
      return new LedgerRow(
          runId,
          slice.number(),
          mode,
          slice.from(),
          slice.to(),
          startedAt,
          Instant.now(),
          counts,
          coerced,
          stageSeconds,
          LedgerRow.seconds(System.nanoTime() - lockedAt),
          settings.toJson(),
          version);
    }

    private void insertLedgerRow(Connection merge, LedgerRow row) throws SQLException {
      List<String> columns = new ArrayList<>();
      for (Count count : Count.values()) {
        columns.add(count.column());
      }
      try (PreparedStatement insert =
          merge.prepareStatement(
              """
              INSERT INTO etl_runs (run_id, slice, mode, window_from, window_to, started_at,
                finished_at, coerced_fields, stage_seconds, lock_held_s, settings, version, %s)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?::jsonb, ?%s)"""
                  .formatted(String.join(", ", columns), ", ?".repeat(columns.size())))) {
        int at = 1;
        insert.setObject(at++, row.runId());
        insert.setInt(at++, row.slice());
        insert.setString(at++, row.mode());
        for (Instant time :
            List.of(row.windowFrom(), row.windowTo(), row.startedAt(), row.finishedAt())) {
          insert.setObject(at++, time.atOffset(java.time.ZoneOffset.UTC));
        }
        insert.setString(at++, row.coercedJson());
        insert.setString(at++, row.stagesJson());
        insert.setBigDecimal(at++, row.lockHeldSeconds());
        insert.setString(at++, row.settingsJson());
        insert.setString(at++, row.version());
        for (Count count : Count.values()) {
          insert.setLong(at++, row.get(count));
        }
        insert.executeUpdate();
      }
    }

    /** A commit whose answer is lost may have happened: the ledger knows. */
    private void commit(Connection merge) throws SQLException {
      try {
        merge.commit();
      } catch (SQLException e) {
        try (Connection again = warehouse.connect();
            PreparedStatement lock = again.prepareStatement("SELECT pg_advisory_lock(?)");
            PreparedStatement query =
                again.prepareStatement("SELECT FROM etl_runs WHERE run_id = ? AND slice = ?")) {
          // Ours is free once the commit is over, whichever way.
          lock.setLong(1, WAREHOUSE_LOCK);
          lock.execute();
          query.setObject(1, runId);
          query.setInt(2, slice.number());
          if (query.executeQuery().next()) {
            listener.say("the commit's answer was lost, but the ledger has the slice");
            return;
          }
        } catch (SQLException unreachable) {
          e.addSuppressed(unreachable);
        }
        throw e;
      }
    }

    private void dropStaging() {
      try {
        staging.drop(side);
      } catch (SQLException e) {
        // The next run drops what is left: its lock is free once we are gone.
        listener.say("staging tables were left behind: " + oneLine(e));
      }
    }

    private void endStage(Stage stage) {
      long now = System.nanoTime();
      stageSeconds.merge(stage.key(), LedgerRow.seconds(now - stageStart), BigDecimal::add);
      listener.ended(stage);
      stageStart = System.nanoTime();
    }

    private static long count(Connection connection, String query) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        ResultSet result = statement.executeQuery(query);
        result.next();
        return result.getLong(1);
      }
    }

    private static long update(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        return statement.executeLargeUpdate(sql);
      }
    }
  }
}
