package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStores;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading slices and rebuilding sessions, step by step, on a real warehouse. */
class LoadSliceTest {

  private static final ParseRules PARSE_RULES = new ParseRules(0);
  private static final String HOUR = "2026-11-22T13";

  @TempDir Path root;

  private RawFolder raw;
  private String jdbcUrl;

  @BeforeEach
  void createWarehouse() throws SQLException {
    raw = new RawFolder(root);
    jdbcUrl = TestWarehouses.migrated();
  }

  private static WarehouseSettings settings(String gap) {
    return WarehouseSettings.of(
        PARSE_RULES, new SessionRules(Duration.parse(gap), "UTC", List.of()));
  }

  private Run run(RunListener listener) {
    return new Run(
        UUID.randomUUID(),
        "hour",
        TestSpark.session(),
        new Warehouse(jdbcUrl, PostgresServer.USER, null, null),
        settings("PT30M"),
        false,
        false,
        "test",
        listener);
  }

  /** Writes a page view of visitor c:v at a minute of the hour. */
  private void event(int object, int minute) {
    raw.event(HOUR, object, body(object, minute));
  }

  private static String body(int event, int minute) {
    return body(event, "%s:%02d:00Z".formatted(HOUR, minute));
  }

  private static String body(int event, String receivedAt) {
    return """
        {"eventId": "00000000-0000-4000-8000-%012d", "eventName": "page_view", "clientId": "v",
         "_ingest": {"receivedAt": "%s"}}"""
        .formatted(event, receivedAt);
  }

  private LedgerRow load() throws IOException {
    return load(run(line -> {}));
  }

  private LedgerRow load(Run run) throws IOException {
    return load(run, rows -> rows);
  }

  private LedgerRow load(Run run, UnaryOperator<Dataset<Row>> change) throws IOException {
    return load(run, HOUR, change);
  }

  private LedgerRow load(Run run, String hour, UnaryOperator<Dataset<Row>> change)
      throws IOException {
    try (RunSession session = RunSession.open(run)) {
      HourListing listing =
          RawStores.of(raw).list(Instant.parse(hour + ":00:00Z"), session.serverTime());
      return new LoadSlice(session, new Slice(1, List.of(listing)))
          .load(
              objects ->
                  change.apply(
                      new ParseRecords(PARSE_RULES)
                          .apply(
                              new ReadObjects(RawStores.of(raw), 2).read(run.spark(), objects))));
    }
  }

  private long number(String query) throws SQLException {
    return TestWarehouses.number(jdbcUrl, query);
  }

  @Test
  void theStagesEndInTheirOrder() throws IOException {
    event(1, 0);
    List<Stage> ended = new ArrayList<>();
    load(
        run(
            new RunListener() {
              @Override
              public void message(String line) {}

              @Override
              public void stageEnded(Stage stage) {
                ended.add(stage);
              }
            }));
    assertThat(ended).containsExactly(Stage.values());
  }

  @Test
  void aSliceThatFailsInAnyStageLeavesNothing() throws Exception {
    event(1, 0);
    raw.event(HOUR, 2, "not JSON");
    for (Stage failing : Stage.values()) {
      RunListener listener =
          new RunListener() {
            @Override
            public void message(String line) {}

            @Override
            public void stageEnded(Stage stage) {
              if (stage == failing) {
                throw new IllegalStateException("a fault after " + stage);
              }
            }
          };
      assertThatThrownBy(() -> load(run(listener))).hasMessage("a fault after " + failing);
      assertThat(
              number(
                  """
                  SELECT (SELECT count(*) FROM clickstream_events)
                    + (SELECT count(*) FROM rejected_records) + (SELECT count(*) FROM etl_runs)
                    + (SELECT count(*) FROM pg_tables WHERE schemaname = 'clickstream_staging')"""))
          .as(failing.name())
          .isZero();
    }
    assertThat(load().get(Count.INSERTED)).isOne();
  }

  @Test
  void anHourIsIncompleteFromItsListingUntilItsCommit() throws Exception {
    event(1, 0);
    assertThatThrownBy(
            () ->
                load(
                    run(
                        new RunListener() {
                          @Override
                          public void message(String line) {}

                          @Override
                          public void stageEnded(Stage stage) {
                            if (stage == Stage.READ_PARSE_STAGE) {
                              throw new IllegalStateException("dies");
                            }
                          }
                        })))
        .hasMessage("dies");
    assertThat(number("SELECT count(*) FROM etl_hours WHERE NOT complete")).isOne();
    load();
    assertThat(number("SELECT count(*) FROM etl_hours WHERE complete")).isOne();
  }

  /** A listener that loads another event of the visitor, each in a later hour, after a stage. */
  private class OtherRuns implements RunListener {

    private final Stage stage;
    private final int runs;
    final List<Stage> ended = new ArrayList<>();
    final List<String> messages = new ArrayList<>();

    OtherRuns(Stage stage, int runs) {
      this.stage = stage;
      this.runs = runs;
    }

    @Override
    public void message(String line) {
      messages.add(line);
    }

    @Override
    public void stageEnded(Stage last) {
      ended.add(last);
      int run = Collections.frequency(ended, stage);
      if (last == stage && run <= runs) {
        String hour = "2026-11-22T%02d".formatted(13 + run);
        raw.event(hour, run + 1, body(run + 1, hour + ":05:00Z"));
        try {
          load(run(line -> {}), hour, rows -> rows);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void requireOneSession(int events) throws SQLException {
    assertThat(number("SELECT count(*) FROM clickstream_sessions")).isOne();
    assertThat(number("SELECT event_count FROM clickstream_sessions")).isEqualTo(events);
    assertThat(number("SELECT count(DISTINCT session_key) FROM clickstream_events")).isOne();
    assertThat(number("SELECT count(*) FROM mart_differences() WHERE missing + extra > 0"))
        .isZero();
  }

  @Test
  void sessionsAreComputedAgainIfAnotherRunHasChangedTheWarehouse() throws Exception {
    event(1, 50);
    OtherRuns other = new OtherRuns(Stage.SESSIONIZE, 1);
    LedgerRow row = load(run(other));
    assertThat(other.ended).filteredOn(stage -> stage == Stage.SESSIONIZE).hasSize(2);
    assertThat(other.messages)
        .contains("another run has changed the warehouse: computing sessions again");
    assertThat(row.get(Count.INSERTED)).isOne();
    requireOneSession(2);
  }

  @Test
  void sessionsAreComputedUnderTheLockAtLast() throws Exception {
    event(1, 50);
    OtherRuns other = new OtherRuns(Stage.SESSIONIZE, 3);
    load(run(other));
    assertThat(other.ended)
        .endsWith(
            Stage.WAIT_FOR_LOCK,
            Stage.DEDUPE,
            Stage.AFFECTED_RANGES,
            Stage.SESSIONIZE,
            Stage.PREPARE,
            Stage.MERGE,
            Stage.MARTS,
            Stage.BALANCE);
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(4);
    assertThat(number("SELECT count(*) FROM clickstream_sessions")).isEqualTo(3);
    assertThat(number("SELECT max(event_count) FROM clickstream_sessions")).isEqualTo(2);
  }

  @Test
  void aFailureWhileAnotherRunChangesTheWarehouseIsNotTheSlices() throws Exception {
    event(1, 50);
    OtherRuns other =
        new OtherRuns(Stage.DEDUPE, 1) {
          @Override
          public void stageEnded(Stage last) {
            super.stageEnded(last);
            if (last == Stage.DEDUPE && Collections.frequency(ended, last) == 1) {
              throw new IllegalStateException("a session that was read has gone");
            }
          }
        };
    load(run(other));
    requireOneSession(2);
  }

  @Test
  void anObjectThatAnotherRunLoadsMeanwhileIsLoadedOnce() throws Exception {
    event(1, 0);
    event(2, 1);
    List<Stage> ended = new ArrayList<>();
    LedgerRow row =
        load(
            run(
                new RunListener() {
                  @Override
                  public void message(String line) {}

                  @Override
                  public void stageEnded(Stage stage) {
                    ended.add(stage);
                    if (stage == Stage.SESSIONIZE
                        && Collections.frequency(ended, Stage.SESSIONIZE) == 1) {
                      try {
                        load();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }
                  }
                }));
    assertThat(row.get(Count.ALREADY_LOADED)).isEqualTo(2);
    assertThat(row.get(Count.INSERTED)).isZero();
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(2);
  }

  @Test
  void anObjectIsLoadedOnce() throws IOException {
    event(1, 0);
    load();
    event(2, 1);
    LedgerRow second = load();
    assertThat(second.get(Count.ALREADY_LOADED)).isOne();
    assertThat(second.get(Count.INSERTED)).isOne();
    LedgerRow third = load();
    assertThat(third.get(Count.ALREADY_LOADED)).isEqualTo(2);
    assertThat(third.get(Count.RECORDS_READ)).isZero();
    assertThat(third.isBalanced()).isTrue();
  }

  @Test
  void anUnreadableObjectFailsTheSlice() throws Exception {
    event(1, 0);
    assertThatThrownBy(
            () ->
                load(
                    run(line -> {}),
                    rows ->
                        rows.union(
                            TestSpark.dataset(
                                List.of(ParsedRow.OBJECT.row("other", "unreadable", 0, "denied")),
                                ParsedRow.ALL.sparkSchema()))))
        .isInstanceOf(UnreadableObjectsException.class)
        .hasMessage("Cannot read other: denied");
    assertThat(number("SELECT count(*) FROM clickstream_events")).isZero();
  }

  @Test
  void aSessionThatOnlyGrowsIsContinuedWithoutReadingItsEvents() throws Exception {
    event(1, 0);
    event(2, 10);
    load();
    event(3, 20);
    LedgerRow row = load();
    assertThat(row.get(Count.CONTEXT_ROWS_READ)).isZero();
    assertThat(row.get(Count.SESSIONS_WRITTEN)).isOne();
    assertThat(number("SELECT event_count FROM clickstream_sessions")).isEqualTo(3);
  }

  @Test
  void anEventBetweenTwoSessionsJoinsThem() throws Exception {
    event(1, 0);
    event(2, 50);
    load();
    assertThat(number("SELECT count(*) FROM clickstream_sessions")).isEqualTo(2);
    event(3, 25);
    LedgerRow row = load();
    assertThat(row.get(Count.CONTEXT_ROWS_READ)).isPositive();
    assertThat(number("SELECT count(*) FROM clickstream_sessions")).isOne();
    assertThat(number("SELECT count(DISTINCT session_key) FROM clickstream_events")).isOne();
  }

  @Test
  void aRebuildComputesAllSessionsWithTheNewRules() throws Exception {
    event(1, 0);
    event(2, 20);
    load();
    assertThat(number("SELECT count(*) FROM clickstream_sessions")).isOne();
    try (RunSession session = RunSession.open(run(line -> {}))) {
      LedgerRow row = new RebuildSessionsAndMarts(session).rebuild(stored -> settings("PT10M"));
      assertThat(row.get(Count.CONTEXT_ROWS_READ)).isEqualTo(2);
      assertThat(row.get(Count.SESSIONS_WRITTEN)).isEqualTo(2);
    }
    assertThat(number("SELECT count(DISTINCT session_key) FROM clickstream_events")).isEqualTo(2);
    assertThat(number("SELECT session_gap_s FROM warehouse_settings")).isEqualTo(600);
    assertThatThrownBy(this::load).isInstanceOf(SettingsMismatchException.class);
  }

  @Test
  void bytesOfRejectedRecordsGoByTheLatestLoadedHourInAnyOrderOfLoads() throws Exception {
    String old = "2026-11-22T13";
    String kept = "2026-11-22T14";
    String latest = "2026-11-23T14";
    List.of(old, kept, latest).forEach(hour -> raw.event(hour, 1, "no JSON"));
    for (List<String> order : List.of(List.of(old, kept, latest), List.of(latest, old, kept))) {
      jdbcUrl = TestWarehouses.migrated();
      for (String hour : order) {
        load(runForgettingRejectedBytes(), hour, rows -> rows);
      }
      assertThat(
              TestWarehouses.text(
                  jdbcUrl,
                  "SELECT string_agg(octet_length(body)::TEXT, ' ' ORDER BY object_key)"
                      + " FROM rejected_records"))
          .as("loaded as %s", order)
          .isEqualTo("0 7 7");
    }
    assertThatThrownBy(this::load).isInstanceOf(SettingsMismatchException.class);
  }

  private Run runForgettingRejectedBytes() {
    return new Run(
        UUID.randomUUID(),
        "hour",
        TestSpark.session(),
        new Warehouse(jdbcUrl, PostgresServer.USER, null, null),
        WarehouseSettings.of(
            new ParseRules(0, 1), new SessionRules(Duration.ofMinutes(30), "UTC", List.of())),
        false,
        false,
        "test",
        line -> {});
  }

  @Test
  void aRebuildOfAnEmptyWarehouseIsRefused() {
    try (RunSession session = RunSession.open(run(line -> {}))) {
      assertThatThrownBy(() -> new RebuildSessionsAndMarts(session).rebuild(stored -> stored))
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("the warehouse has no events");
    }
  }

  @Test
  void aDatabaseWithoutSchemaIsRefused() throws SQLException {
    jdbcUrl = TestWarehouses.empty();
    assertThatThrownBy(() -> RunSession.open(run(line -> {})))
        .isInstanceOf(LoadException.class)
        .hasMessage("Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
  }

  /** As if this were the job of the release before: the schema is migrated first. */
  @Test
  void aCompatibleNewerSchemaIsLoaded() throws Exception {
    event(1, 0);
    execute(
        "INSERT INTO schema_version VALUES (3, 'a column and a table', 2)",
        "ALTER TABLE clickstream_events ADD COLUMN later TEXT COLLATE \"C\"",
        "ALTER TABLE clickstream_sessions ADD COLUMN later BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE etl_runs ADD COLUMN later BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE warehouse_settings ADD COLUMN later INTEGER",
        "CREATE TABLE later_mart (day DATE PRIMARY KEY)");
    LedgerRow row = load();
    assertThat(row.isBalanced()).isTrue();
    assertThat(row.get(Count.INSERTED)).isOne();
    event(2, 60);
    assertThat(load().get(Count.INSERTED)).isOne();
    assertThat(number("SELECT sum(event_count) FROM clickstream_sessions")).isEqualTo(2);
    assertThat(number("SELECT sum(events) FROM traffic_hourly")).isEqualTo(2);
  }

  @Test
  void aNewerSchemaThatIsNotCompatibleIsRefused() throws SQLException {
    execute("INSERT INTO schema_version VALUES (4, 'another meaning of a column', 3)");
    assertThatThrownBy(() -> RunSession.open(run(line -> {})))
        .isInstanceOf(LoadException.class)
        .hasMessage(
            "Cannot load: the warehouse has schema version 4, which needs a job for version 3 or"
                + " later; this one is for 2. Use the job of a newer release.");
  }

  @Test
  void anOlderSchemaIsRefused() throws SQLException {
    execute("DELETE FROM schema_version WHERE version = 2");
    assertThatThrownBy(() -> RunSession.open(run(line -> {})))
        .isInstanceOf(LoadException.class)
        .hasMessage(
            "Cannot load: the warehouse has schema version 1, but this job needs 2. Run"
                + " ./clickstream migrate.");
  }

  @Test
  void thePaceCountsTheTimeOfOverlappingSlicesOnce() throws Exception {
    event(1, 0);
    load();
    execute(
        "UPDATE etl_runs SET records_read = 4999",
        "UPDATE etl_runs SET started_at = '2026-11-22 10:00+00', finished_at = '2026-11-22 10:10+00'");
    try (RunSession session = RunSession.open(run(line -> {}))) {
      assertThat(session.recentRecordsPerSecond()).isEmpty();
      execute("UPDATE etl_runs SET records_read = 6000");
      assertThat(session.recentRecordsPerSecond()).hasValue(10.0);
      execute(
          """
          INSERT INTO etl_runs SELECT (jsonb_populate_record(etl_runs, '{"slice": 2,
            "started_at": "2026-11-22 10:05+00", "finished_at": "2026-11-22 10:15+00",
            "records_read": 12000}')).* FROM etl_runs""");
      assertThat(session.recentRecordsPerSecond()).hasValue(20.0);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
