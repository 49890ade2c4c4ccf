package io.clickstream.it.reload;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.ErasureCertificate;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.it.TestJob;
import io.clickstream.local.diff.DumpDigest;
import io.clickstream.local.diff.Snapshot;
import io.clickstream.local.diff.WarehouseDiff;
import io.clickstream.local.reload.Job;
import io.clickstream.local.reload.ProveErasure;
import io.clickstream.local.reload.Reload;
import io.clickstream.local.reload.ReloadRequest;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads a second warehouse by the real job, compares, swaps, and undoes. */
class ReloadedWarehouseIT {

  private static final Duration PAUSE_OF_READER = Duration.ofMillis(50);
  private static final Duration PAUSE_OF_WRITER = Duration.ofSeconds(1);

  /** A state of the warehouse that is not half: hours and events agree. */
  private static final String WHOLE =
      "SELECT (SELECT count(*) FROM clickstream_events),"
          + " (SELECT coalesce(sum(events + bot_events), 0) FROM traffic_hourly)";

  private static final String EVENTS = "SELECT count(*) FROM clickstream_events";

  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuu/MM/dd/HH").withZone(ZoneOffset.UTC);

  @TempDir private Path raw;
  private final List<String> messages = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private void simulate(int events) throws IOException {
    SimulatedObjects.write(
        raw,
        new TrafficOptions(events, 7, Instant.parse("2026-11-20T00:00:00Z"), Duration.ofHours(30)));
  }

  private List<String> load(String warehouse, String... settings) throws IOException {
    List<String> arguments =
        TestJob.arguments(warehouse, raw.toUri(), "--since-last-run", "--reconcile");
    arguments.addAll(List.of(settings));
    return TestJob.run(arguments).failures();
  }

  private Reload reload(String warehouse, Map<String, String> settings) {
    return reload(
        warehouse, settings, arguments -> TestJob.run(arguments, messages::add).failures());
  }

  private Reload reload(String warehouse, Map<String, String> settings, Job job) {
    return new Reload(request(warehouse, settings), job, messages::add);
  }

  private ReloadRequest request(String warehouse, Map<String, String> settings) {
    return new ReloadRequest(
        new Warehouse(warehouse, PostgresServer.USER, null, null),
        Optional.of(raw.toUri().toString()),
        List.of(),
        settings,
        false,
        false);
  }

  @Test
  void anErasureIsProvedByALoadWithoutTheRecordsAndAMissingRowIsFound() throws Exception {
    // The requests stand beside the raw root, where other tests would read them.
    raw = raw.resolve("shop").resolve("events");
    simulate(1_500);
    String warehouse = migrated();
    load(warehouse, "--own-hosts", "shop.example", "--rejected-bytes-for", "1d");
    String before = digest(warehouse);
    String visitor =
        text(
            warehouse,
            "SELECT client_id FROM clickstream_events WHERE client_id IS NOT NULL"
                + " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");

    ProveErasure.Result result = prove(warehouse, "--client-id=" + visitor, "--purge");

    assertThat(result.holds()).as(result.differences()).isTrue();
    assertThat(result.digestBefore()).isEqualTo(before);
    assertThat(result.digestAfter())
        .isNotEqualTo(before)
        .isEqualTo(result.digestOfReload())
        .isEqualTo(digest(warehouse));
    assertThat(result.toJson()).contains("\"proof\":{\"holds\":true").doesNotContain(visitor);
    assertThat(
            number(
                warehouse,
                "SELECT count(*) FROM etl_erasures WHERE proved_at >= purged_at"
                    + " AND digest_before <> digest_after"))
        .isOne();
    assertThat(number(warehouse, "SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_proof'"))
        .isZero();

    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE traffic_daily SET sessions = sessions + 1");
    }
    ProveErasure.Result wrong = prove(warehouse);
    assertThat(wrong.holds()).isFalse();
    assertThat(wrong.differences()).contains("traffic_daily");
  }

  private static String digest(String warehouse) {
    try (Snapshot snapshot =
        Snapshot.open(new Warehouse(warehouse, PostgresServer.USER, null, null))) {
      return DumpDigest.of(snapshot);
    }
  }

  private ProveErasure.Result prove(String warehouse, String... ids) throws IOException {
    List<String> arguments = TestJob.arguments(warehouse, raw.toUri(), "--erase");
    arguments.addAll(List.of(ids));
    return new ProveErasure(
            request(warehouse, Map.of()),
            () -> (ErasureCertificate) TestJob.run(arguments, messages::add).report().orElseThrow(),
            loading -> TestJob.run(loading, messages::add).failures(),
            messages::add)
        .prove();
  }

  @Test
  void aReloadChangesNothingOrExactlyWhatOtherSettingsChange() throws Exception {
    simulate(1_500);
    String url = migrated();
    load(url, "--own-hosts", "shop.example");
    Map<String, String> before = dump(url);

    // The proof of the promise: the same rules give the same rows.
    try (Reload reload = reload(url, Map.of())) {
      assertThat(reload.load().orElseThrow()).matches(diff -> !diff.differs());
      reload.dropNext();
    }
    assertThat(messages).anyMatch(line -> line.contains("GB on disk"));

    Map<String, String> settings = Map.of("price-scale", "2", "session-gap", "7m");
    // Ended after the first load, and begun again.
    AtomicBoolean isFirst = new AtomicBoolean(true);
    Job dying =
        arguments -> {
          if (!isFirst.getAndSet(false)) {
            throw new IOException("killed");
          }
          return TestJob.run(arguments).failures();
        };
    try (Reload reload = reload(url, settings, dying)) {
      assertThatThrownBy(reload::load).hasMessageContaining("killed");
      assertThatThrownBy(reload::swap)
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("is not loaded and checked");
    }
    try (Reload reload = reload(url, settings)) {
      WarehouseDiff diff = reload.load().orElseThrow();
      assertThat(diff.settings())
          .containsExactly(
              new WarehouseDiff.SettingChange("price_scale", "0", "2"),
              new WarehouseDiff.SettingChange("session_gap_s", "1800", "420"));
      assertThat(diff.metrics().totals())
          .anySatisfy(
              total -> {
                assertThat(total.metric()).isEqualTo("sessions");
                assertThat(total.after()).isGreaterThan(total.before());
              });
      assertThat(dump(url)).isEqualTo(before);
      reload.swap();
    }
    String fresh = migrated();
    String[] given = {"--price-scale", "2", "--session-gap", "7m", "--own-hosts", "shop.example"};
    load(fresh, given);
    Map<String, String> after = dump(fresh);
    assertThat(dump(url)).isEqualTo(after);

    try (Reload reload = reload(url, Map.of())) {
      reload.undo();
      assertThat(dump(url)).isEqualTo(before);
      reload.swap();
      assertThat(dump(url)).isEqualTo(after);
      reload.dropBefore();
    }
    // The schedule goes on with the new settings, and is refused with the old ones.
    assertThat(load(url, given)).isEmpty();
    assertThatThrownBy(() -> load(url, "--own-hosts", "shop.example"))
        .isInstanceOf(SettingsMismatchException.class);
    assertThat(dump(url)).isEqualTo(after);
  }

  /**
   * A reader asks and a writer loads all the time. Neither sees half of a warehouse, nor a state
   * from before what it has seen, and both go on by themselves.
   */
  @Test
  void aSwapUnderLoadIsSeenAsAShortBreakOnly() throws Exception {
    simulate(300);
    String url = migrated();
    load(url);
    long loadedBefore = number(url, EVENTS);
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicLong loadsAfterSwap = new AtomicLong();
    AtomicLong answersAfterSwap = new AtomicLong();
    AtomicBoolean isSwapped = new AtomicBoolean();
    CompletableFuture<Duration> reader =
        CompletableFuture.supplyAsync(() -> read(url, isOver, isSwapped, answersAfterSwap));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> write(url, isOver, isSwapped, loadsAfterSwap));
    try (Reload reload = reload(url, Map.of())) {
      assertThat(reload.load()).isPresent();
      reload.swap();
      isSwapped.set(true);
      Eventually.holds("a load after the swap", () -> writer.isDone() || loadsAfterSwap.get() > 1);
      Eventually.holds(
          "an answer after the swap", () -> reader.isDone() || answersAfterSwap.get() > 1);
    } finally {
      isOver.set(true);
    }
    writer.join();
    Duration away = reader.join();
    System.out.println("the reader was away for " + away.toMillis() + " ms");
    // On an idle machine it is less than a second; PostgreSQL gives a rename five.
    assertThat(away).isLessThan(Duration.ofSeconds(60));

    load(url);
    String fresh = migrated();
    load(fresh);
    assertThat(dump(url)).isEqualTo(dump(fresh));
    assertThat(number(url, EVENTS)).isGreaterThan(loadedBefore);
  }

  /** Asks for a whole state again and again; returns the longest time without an answer. */
  private static Duration read(
      String url, AtomicBoolean isOver, AtomicBoolean isSwapped, AtomicLong answersAfterSwap) {
    Duration longest = Duration.ZERO;
    long seen = 0;
    Instant failingSince = null;
    Connection connection = null;
    while (!isOver.get()) {
      boolean wasSwapped = isSwapped.get();
      try {
        connection = connection == null ? connect(url) : connection;
        long events;
        long inHours;
        try (Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery(WHOLE)) {
          row.next();
          events = row.getLong(1);
          inHours = row.getLong(2);
        }
        assertThat(inHours).as("events in hours").isEqualTo(events);
        assertThat(events).as("events").isGreaterThanOrEqualTo(seen);
        seen = events;
        if (failingSince != null) {
          Duration failed = Duration.between(failingSince, Instant.now());
          longest = failed.compareTo(longest) > 0 ? failed : longest;
          failingSince = null;
        }
        answersAfterSwap.addAndGet(wasSwapped ? 1 : 0);
      } catch (SQLException e) {
        failingSince = failingSince == null ? Instant.now() : failingSince;
        connection = null;
      }
      pause(PAUSE_OF_READER);
    }
    return longest;
  }

  /** Writes an event and loads it, again and again. A load that the swap ends may fail. */
  private void write(
      String url, AtomicBoolean isOver, AtomicBoolean isSwapped, AtomicLong loadsAfterSwap) {
    for (int i = 0; !isOver.get(); i++) {
      boolean wasSwapped = isSwapped.get();
      try {
        Instant now = Instant.now();
        Path hour = Files.createDirectories(raw.resolve(HOUR.format(now)));
        Path part = Files.createTempFile(raw.getParent(), "event", ".part");
        String body =
            "{\"eventId\":\"%s\",\"eventName\":\"page_view\",\"clientId\":\"w%d\"}"
                .formatted(UUID.randomUUID(), i);
        Files.write(part, body.getBytes(StandardCharsets.UTF_8));
        Files.move(part, hour.resolve("event-" + UUID.randomUUID() + ".json"));
        TestJob.run(url, raw.toUri(), "--since-last-run", "--look-back", "1h");
        loadsAfterSwap.addAndGet(wasSwapped ? 1 : 0);
      } catch (LoadException e) {
        assertThat(wasSwapped).as("a load after the swap failed: %s", e.getMessage()).isFalse();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      pause(PAUSE_OF_WRITER);
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
