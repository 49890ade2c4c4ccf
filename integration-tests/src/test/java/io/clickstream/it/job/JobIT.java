package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.UsageException;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.source.RawRootMissingException;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.event.RawKey;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestBucket;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the job on raw objects, an S3 server and PostgreSQL. */
class JobIT {

  private static final Path REAL_EVENTS =
      Home.find().folder().resolve("../shared/tools/rees46_to_raw.py");
  private static final int REAL_EVENT_COUNT = 17_434;
  private static final int REAL_SESSION_COUNT = 4_518;
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private static final TestBucket BUCKET = TestBucket.create();

  @TempDir static Path folder;

  @BeforeAll
  static void startSpark() {
    BUCKET.connectSpark(Map.of());
  }

  @Test
  void realShopEventsGiveTheSameRowsFromFilesAndFromS3() throws Exception {
    assumeTrue(Files.exists(REAL_EVENTS), "the real shop events are not part of the project");
    Path raw = folder.resolve("real");
    assertThat(
            new ProcessBuilder("python3", REAL_EVENTS.toString(), raw.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    String fromFiles = migrated();
    String[] window = {"--date", "2019-10-01", "--price-scale", "2"};

    LedgerRow first = etl(fromFiles, raw.resolve("events").toUri(), window).total();
    assertThat(first.get(Count.INSERTED)).isEqualTo(REAL_EVENT_COUNT);
    assertThat(first.isBalanced()).isTrue();
    assertThat(number(fromFiles, "SELECT count(*) FROM clickstream_events"))
        .isEqualTo(REAL_EVENT_COUNT);
    assertThat(number(fromFiles, "SELECT count(*) FROM rejected_records")).isZero();
    assertThat(number(fromFiles, "SELECT count(*) FROM clickstream_sessions"))
        .isEqualTo(REAL_SESSION_COUNT);
    Map<String, String> rows = dump(fromFiles);

    LedgerRow second = etl(fromFiles, raw.resolve("events").toUri(), window).total();
    assertThat(second.get(Count.ALREADY_LOADED)).isEqualTo(REAL_EVENT_COUNT);
    assertThat(second.get(Count.RECORDS_READ)).isZero();
    assertThat(second.isBalanced()).isTrue();
    assertThat(dump(fromFiles)).isEqualTo(rows);

    if (Boolean.getBoolean(Nightly.PROPERTY)) {
      String fromS3 = migrated();
      BUCKET.upload(raw.resolve("events"), "real");
      etl(fromS3, BUCKET.uri("real"), window);
      assertThat(dump(fromS3)).isEqualTo(rows);
    }
  }

  @Test
  void anHourThatCannotBeListedFailsAloneAndCatchesUp() throws Exception {
    Path raw = simulated("unlisted", 1_000, 1);
    String whole = migrated();
    etl(whole, raw.toUri(), day());
    Path hour = raw.resolve("2026/11/21/14");
    Path aside = folder.resolve("unlisted-hour");
    Files.move(hour, aside);
    Files.createSymbolicLink(hour, hour);
    String warehouse = migrated();

    EtlResult withoutIt = etl(warehouse, raw.toUri(), day());

    assertThat(withoutIt.failures())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("Cannot list hour 2026-11-21T14:00:00Z: ");
    assertThat(withoutIt.total().get(Count.INSERTED)).isPositive();
    Files.delete(hour);
    Files.move(aside, hour);
    assertThat(etl(warehouse, raw.toUri(), day()).failures()).isEmpty();
    assertThat(dump(warehouse)).isEqualTo(dump(whole));
  }

  @Test
  void theWarehouseIsTheSameWhateverTheSlicesAndTheirOrder() throws Exception {
    Path raw = simulated("slices", 3_000, 1);
    String whole = migrated();
    LedgerRow total = etl(whole, raw.toUri(), day()).total();
    assertThat(total.isBalanced()).isTrue();
    assertThat(total.get(Count.RECORDS_LISTED)).isEqualTo(3_000);
    assertThat(total.get(Count.DUPLICATES)).isPositive();
    assertThat(total.get(Count.REJECTED)).isPositive();

    String shuffled = migrated();
    // By night each hour is a slice of its own; PromiseIT slices random histories.
    int length = Boolean.getBoolean(Nightly.PROPERTY) ? 1 : 4;
    List<Instant> starts = new ArrayList<>();
    for (int hour = 0; hour < 24; hour += length) {
      starts.add(START.plus(Duration.ofHours(hour)));
    }
    Collections.shuffle(starts, new Random(7));
    List<LedgerRow> rows = new ArrayList<>();
    for (Instant start : starts) {
      String from = start.toString().substring(0, 13);
      String to = start.plus(Duration.ofHours(length)).toString().substring(0, 13);
      rows.add(etl(shuffled, raw.toUri(), "--from", from, "--to", to).total());
    }
    assertThat(rows).allMatch(LedgerRow::isBalanced);
    assertThat(rows.stream().mapToLong(row -> row.get(Count.CONTEXT_ROWS_READ)).sum()).isPositive();
    assertThat(dump(shuffled)).isEqualTo(dump(whole));
  }

  @Test
  void batchObjectsGiveTheSameEventsAsSingleOnes() throws Exception {
    Path single = simulated("single", 2_000, 1);
    Path batches = simulated("batches", 2_000, 50);
    String fromSingle = migrated();
    String fromBatches = migrated();
    etl(fromSingle, single.toUri(), day());
    LedgerRow first = etl(fromBatches, batches.toUri(), day()).total();
    assertThat(first.get(Count.OBJECTS_LISTED)).isLessThan(200);
    assertThat(first.get(Count.RECORDS_READ)).isEqualTo(2_000);
    // Keys differ, and with them the ids of events without an id of their own.
    String named =
        """
        SELECT md5(string_agg(event_id::text || visitor_id || occurred_at::text, ',' ORDER BY event_id))
        FROM clickstream_events WHERE event_id NOT IN (
          SELECT event_id FROM clickstream_events WHERE substr(event_id::text, 15, 1) = '5')""";
    assertThat(text(fromBatches, named)).isEqualTo(text(fromSingle, named));
    assertThat(number(fromBatches, "SELECT count(*) FROM clickstream_sessions"))
        .isEqualTo(number(fromSingle, "SELECT count(*) FROM clickstream_sessions"));

    LedgerRow again = etl(fromBatches, batches.toUri(), day()).total();
    assertThat(again.get(Count.ALREADY_LOADED)).isEqualTo(2_000);
    assertThat(again.isBalanced()).isTrue();
  }

  @Test
  void garbageNeverFailsTheRunAndIsExplained() throws Exception {
    Map<String, byte[]> garbage = Garbage.records();
    RawFolder raw = new RawFolder(folder.resolve("garbage"));
    for (byte[] body : garbage.values()) {
      RawKey key = RawKey.received(START, RawKey.Kind.EVENT, UUID.nameUUIDFromBytes(body));
      raw.write(key, body);
    }
    raw.write("2026/11/21/12/readme.txt", "not a raw object".getBytes());
    String warehouse = migrated();

    LedgerRow row = etl(warehouse, raw.uri(), "--hour", "2026-11-21T12").total();
    assertThat(row.isBalanced()).isTrue();
    assertThat(row.get(Count.RECORDS_READ)).isEqualTo(garbage.size());
    assertThat(row.get(Count.OBJECTS_IGNORED)).isEqualTo(1);
    for (Map.Entry<String, String> expected : Garbage.rejections().entrySet()) {
      String key =
          RawKey.received(
                  START, RawKey.Kind.EVENT, UUID.nameUUIDFromBytes(garbage.get(expected.getKey())))
              .relative();
      assertThat(
              text(
                  warehouse,
                  "SELECT reason FROM rejected_records WHERE object_key = '" + key + "'"))
          .as(expected.getKey())
          .isEqualTo(expected.getValue());
    }
    assertThat(row.get(Count.REJECTED)).isEqualTo(Garbage.rejections().size());
    assertThat(row.get(Count.INSERTED) + row.get(Count.DUPLICATES))
        .isEqualTo(garbage.size() - Garbage.rejections().size());
    assertThat(row.coercedFields())
        .containsKeys(
            "_ingest.receivedAt", "context_product_price", "client_id", "user_id", "event_id");
    assertThat(number(warehouse, "SELECT max(octet_length(body)) FROM rejected_records"))
        .isEqualTo(64 << 10);
  }

  @Test
  void anEarlierDuplicateThatComesLateReplacesTheStoredEvent() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("duplicates"));
    raw.event("2026-11-21T14", 2, duplicate("late", 14));
    raw.event("2026-11-21T14", 3, other("late", 14));
    raw.event("2026-11-21T12", 1, duplicate("early", 12));
    String inOrder = migrated();
    etl(inOrder, raw.uri(), day());
    String backwards = migrated();
    etl(backwards, raw.uri(), "--hour", "2026-11-21T14");
    LedgerRow row = etl(backwards, raw.uri(), "--hour", "2026-11-21T12").total();
    assertThat(row.get(Count.REPLACED)).isEqualTo(1);
    assertThat(row.get(Count.CONFLICTING_DUPLICATES)).isEqualTo(1);
    assertThat(dump(backwards)).isEqualTo(dump(inOrder));
    assertThat(text(backwards, "SELECT client_id FROM event_details WHERE raw_object_key ~ '/12/'"))
        .isEqualTo("early");
  }

  @Test
  void sinceLastRunFindsLateObjectsByKey() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("late"));
    String hour = Instant.now().minus(Duration.ofHours(5)).toString().substring(0, 13);
    raw.event(hour, 1, other("a", 1));
    String warehouse = migrated();
    assertThat(etl(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED)).isOne();
    // A restored copy has an old time: only its key shows that it is new.
    RawKey late = RawFolder.key(hour, RawKey.Kind.EVENT, 0);
    raw.write(late.relative(), other("b", 2).getBytes(StandardCharsets.UTF_8), START);
    LedgerRow second = etl(warehouse, raw.uri(), "--since-last-run").total();
    assertThat(second.get(Count.INSERTED)).isOne();
    assertThat(second.get(Count.ALREADY_LOADED)).isOne();

    raw.event("2020-02-29T23", 9, other("c", 3));
    assertThat(etl(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED)).isZero();
    assertThat(
            etl(warehouse, raw.uri(), "--since-last-run", "--reconcile")
                .total()
                .get(Count.INSERTED))
        .isOne();
  }

  @Test
  void anHourThatALaterListingFoundNewObjectsInStaysIncomplete() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("stale"));
    raw.event("2020-02-29T23", 1, other("a", 1));
    String warehouse = migrated();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Connection holder = TestWarehouses.connect(warehouse);
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT FROM etl_lock FOR UPDATE");
      var first = pool.submit(() -> etl(warehouse, raw.uri(), "--hour", "2020-02-29T23"));
      Eventually.holds(
          "the run waits for the warehouse",
          () -> {
            assertThat(first.isDone()).isFalse();
            return number(warehouse, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0;
          });
      // Another run lists the hour with a new object in it, says so, and dies.
      raw.event("2020-02-29T23", 2, other("b", 2));
      statement.execute(
          "UPDATE etl_hours SET complete = FALSE, last_listed_at = clock_timestamp()");
      holder.commit();
      assertThat(first.get().total().get(Count.INSERTED)).isOne();
    } finally {
      pool.shutdown();
    }
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE complete")).isZero();
    assertThat(etl(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED)).isOne();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE complete")).isOne();
  }

  @Test
  void aFailedBackfillReportsItsProgressAndTheHoursLeft() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("backfill"));
    raw.event("2020-02-28T00", 1, other("a", 1));
    raw.event("2020-02-28T01", 2, other("b", 2));
    // By its size it could hold more than a slice may: its hour is a slice of its own.
    try (RandomAccessFile sparse =
        new RandomAccessFile(
            raw.root().resolve(raw.batch("2020-02-28T00", 3, "").relative()).toFile(), "rw")) {
      sparse.setLength(400 << 20);
    }
    String warehouse = migrated();
    List<String> said = new ArrayList<>();
    RunListener breaksOff =
        new RunListener() {
          private int plans;

          @Override
          public void message(String line) {
            said.add(line);
          }

          @Override
          public void stageEnded(Stage stage) {
            if (stage == Stage.PLAN && ++plans == 2) {
              throw new IllegalStateException("breaks off");
            }
          }
        };
    String[] args = {
      "--raw",
      raw.root().toString(),
      "--jdbc-url",
      warehouse,
      "--db-user",
      PostgresServer.USER,
      "--date",
      "2020-02-28"
    };
    assertThatThrownBy(() -> EtlMain.run(args, Map.of(), breaksOff)).hasMessage("breaks off");
    assertThat(said).anyMatch(line -> line.matches("hour 1 of 24, .* records/s, about .* left"));
    assertThat(said)
        .last()
        .isEqualTo(
            "Not loaded: 23 of 24 hours, from 2020-02-28T01:00:00Z on. Run the same command to continue.");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isOne();
    EtlMain.run(args, Map.of(), line -> {});
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isEqualTo(2);
  }

  @Test
  void foldersMayHaveBlanksAndOtherLettersInTheirNames() throws Exception {
    for (String name : List.of("a b", "dữ liệu", "p%20q")) {
      RawFolder raw = new RawFolder(folder.resolve(name));
      raw.event("2026-11-21T12", 1, other("a", 1));
      for (String root : List.of(raw.root().toString(), raw.uri().toString())) {
        LedgerRow row =
            EtlMain.run(
                    new String[] {"--raw", root, "--hour", "2026-11-21T12", "--dry-run"},
                    Map.of(),
                    line -> {})
                .total();
        assertThat(row.get(Count.INSERTED)).as(root).isOne();
      }
    }
  }

  @Test
  void anEmptyHourIsDone() throws Exception {
    String warehouse = migrated();
    LedgerRow row = etl(warehouse, BUCKET.uri("empty"), "--hour", "2026-11-21T12").total();
    assertThat(row.get(Count.OBJECTS_LISTED)).isZero();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isOne();
  }

  @Test
  void aDryRunNeedsNoWarehouseAndCountsTheSame() throws Exception {
    Path raw = simulated("dry", 1_000, 1);
    List<String> arguments = new ArrayList<>(List.of("--raw", raw.toUri().toString(), "--dry-run"));
    arguments.addAll(Arrays.asList(day()));
    LedgerRow dry = EtlMain.run(arguments.toArray(String[]::new), Map.of(), line -> {}).total();
    LedgerRow real = etl(migrated(), raw.toUri(), day()).total();
    for (Count count :
        List.of(Count.RECORDS_LISTED, Count.INSERTED, Count.DUPLICATES, Count.REJECTED)) {
      assertThat(dry.get(count)).as(count.column()).isEqualTo(real.get(count));
    }
    assertThat(dry.coercedFields()).isEqualTo(real.coercedFields());
  }

  @Test
  void otherSettingsThanTheWarehousesAreRefused() throws Exception {
    Path raw = simulated("settings", 10, 1);
    String warehouse = migrated();
    etl(warehouse, raw.toUri(), day());
    assertThatThrownBy(() -> etl(warehouse, raw.toUri(), with("--session-gap", "45m")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("session_gap_s is 1800 in the warehouse, but 2700 here");
    assertThatThrownBy(
            () -> etl(warehouse, raw.toUri(), with("--own-hosts", "b.example,a.example")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("own_hosts is [] in the warehouse, but [a.example, b.example] here");
  }

  @Test
  void failuresAreOneLine() throws Exception {
    Path raw = simulated("failures", 10, 1);
    String unmigrated = TestWarehouses.empty();
    assertThatThrownBy(() -> etl(unmigrated, raw.toUri(), day()))
        .isInstanceOf(LoadException.class)
        .hasMessage("Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
    assertThatThrownBy(() -> etl("jdbc:postgresql://127.0.0.1:1/dw", raw.toUri(), day()))
        .isInstanceOf(LoadException.class)
        .hasMessageStartingWith(
            "Cannot connect to the warehouse as postgres at jdbc:postgresql://127.0.0.1:1/dw: ");
    String warehouse = migrated();
    assertThatThrownBy(() -> etl(warehouse, folder.resolve("nowhere").toUri(), day()))
        .isInstanceOf(RawRootMissingException.class)
        .hasMessageContaining("nowhere");
    new TestBucket("no-such-bucket").connectSpark(Map.of());
    assertThatThrownBy(() -> etl(warehouse, URI.create("s3a://no-such-bucket/events"), day()))
        .isInstanceOf(RawRootMissingException.class)
        .hasMessage(
            "Cannot read the raw root s3a://no-such-bucket/events: it does not exist."
                + " Check --raw and the bucket.");
    assertThatThrownBy(() -> etl(warehouse, raw.toUri(), "--hour", "yesterday"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'yesterday'");
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
  }

  @Test
  void anEtlRoleIsEnoughAndLeavesNoStagingTables() throws Exception {
    Path raw = simulated("role", 200, 1);
    String warehouse = migrated();
    String role = "loader_" + UUID.randomUUID().toString().substring(0, 8);
    try (Connection connection = TestWarehouses.connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + " LOGIN IN ROLE clickstream_etl");
    }
    TestWarehouses.letLogIn(TestWarehouses.server(), role);
    String[] args =
        concat(
            new String[] {
              "--raw", raw.toUri().toString(), "--jdbc-url", warehouse, "--db-user", role
            },
            day());
    assertThat(EtlMain.run(args, Map.of(), line -> {}).total().isBalanced()).isTrue();
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
  }

  @Test
  void stagingTablesOfADeadRunAreDroppedAndThoseOfALiveRunAreNot() throws Exception {
    Path raw = simulated("leftovers", 10, 1);
    String warehouse = migrated();
    UUID living = UUID.randomUUID();
    String dead = "clickstream_staging.r" + "0".repeat(32) + "_1_events";
    String foreign = "clickstream_staging.r" + "1".repeat(32) + "_1_events";
    String alive = "clickstream_staging.r" + living.toString().replace("-", "") + "_1_events";
    try (Connection holder = TestWarehouses.connect(warehouse);
        Statement statement = holder.createStatement()) {
      statement.execute("CREATE TABLE " + foreign + " ()");
      statement.execute("SET ROLE clickstream_etl");
      statement.execute("CREATE TABLE " + dead + " ()");
      statement.execute("CREATE TABLE " + alive + " ()");
      statement.execute(
          "SELECT pg_advisory_lock("
              + (living.getMostSignificantBits() ^ living.getLeastSignificantBits())
              + ")");
      etl(warehouse, raw.toUri(), day());
      assertThat(text(warehouse, "SELECT to_regclass('" + dead + "')")).isNull();
      assertThat(text(warehouse, "SELECT to_regclass('" + alive + "')")).isNotNull();
      // A table that the job may not drop does not make it fail.
      assertThat(text(warehouse, "SELECT to_regclass('" + foreign + "')")).isNotNull();
    }
  }

  @Test
  void twoConcurrentRunsQueueAndLoadTheSameRows() throws Exception {
    Path raw = simulated("queue", 2_000, 1);
    String alone = migrated();
    etl(alone, raw.toUri(), day());
    String together = migrated();
    runTwiceAtOnce(together, raw);
    assertThat(dump(together)).isEqualTo(dump(alone));
  }

  @Test
  void serverDefaultsDoNotChangeRows() throws Exception {
    Path raw = simulated("defaults", 500, 1);
    String alone = migrated();
    etl(alone, raw.toUri(), day());
    String odd = migrated();
    String database = "ALTER DATABASE " + odd.substring(odd.lastIndexOf('/') + 1);
    try (Connection connection = TestWarehouses.connect(odd);
        Statement statement = connection.createStatement()) {
      statement.execute(database + " SET default_transaction_isolation = 'repeatable read'");
      statement.execute(database + " SET search_path = pg_catalog");
      statement.execute(database + " SET statement_timeout = '100ms'");
      statement.execute(database + " SET timezone = 'Asia/Kathmandu'");
      runTwiceAtOnce(odd, raw);
      statement.execute(database + " RESET ALL");
    }
    assertThat(dump(odd)).isEqualTo(dump(alone));
  }

  private static void runTwiceAtOnce(String jdbcUrl, Path raw) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      var one = pool.submit(() -> etl(jdbcUrl, raw.toUri(), day()));
      var two = pool.submit(() -> etl(jdbcUrl, raw.toUri(), day()));
      assertThat(one.get().total().isBalanced()).isTrue();
      assertThat(two.get().total().isBalanced()).isTrue();
    } finally {
      pool.shutdown();
    }
  }

  // ── fixtures ─────────────────────────────────────────────────────────────────────────────────

  private static EtlResult etl(String jdbcUrl, URI raw, String... more) throws IOException {
    String[] args =
        concat(
            new String[] {
              "--raw", raw.toString(), "--jdbc-url", jdbcUrl, "--db-user", PostgresServer.USER
            },
            more);
    return EtlMain.run(args, Map.of(), line -> {});
  }

  private static String[] day() {
    return new String[] {"--from", "2026-11-21T12", "--to", "2026-11-22T12"};
  }

  private static String[] with(String... more) {
    return concat(day(), more);
  }

  private static String[] concat(String[] first, String[] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
  }

  private static Path simulated(String name, int events, int batchSize) throws IOException {
    Path raw = folder.resolve(name).resolve("events");
    if (!Files.exists(raw)) {
      new RawObjectWriter(raw, RawObjectWriter.Settings.standard().withBatchSize(batchSize))
          .write(
              new Traffic(new TrafficOptions(events, 1, START, Duration.ofHours(24))), done -> {});
    }
    return raw;
  }

  private static String duplicate(String clientId, int hour) {
    return """
        {"eventId":"7b1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10","eventName":"page_view","clientId":"%s",
        "_ingest":{"receivedAt":"2026-11-21T%02d:10:00Z"}}"""
        .formatted(clientId, hour);
  }

  private static String other(String clientId, int hour) {
    return """
        {"eventName":"click","clientId":"%s","_ingest":{"receivedAt":"2026-11-21T%02d:20:00Z"}}"""
        .formatted(clientId, hour);
  }
}
