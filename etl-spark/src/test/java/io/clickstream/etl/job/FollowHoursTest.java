package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.RawStores;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.event.RawKey;
import io.clickstream.event.TimeOrderedUuid;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The steps of a follower, one by one, on a real warehouse. */
class FollowHoursTest {

  private static final ParseRules PARSE_RULES = new ParseRules(0);
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final long MEGABYTE = 1 << 20;

  /** A clock that stands still until a test moves it. */
  private static final class HandClock extends Clock {
    private Instant now = NOON.plus(Duration.ofMinutes(20));

    void move(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** Keeps what a follower says and loads. */
  private static class Listener implements RunListener {
    final List<LedgerRow> rows = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    @Override
    public void message(String line) {
      // The rows tell more.
    }

    @Override
    public void sliceLoaded(LedgerRow row) {
      rows.add(row);
    }

    @Override
    public void faultChanged(String line) {
      faults.add(line);
    }
  }

  @TempDir Path root;

  private final HandClock clock = new HandClock();
  private final StopSignal stop = new StopSignal();
  private Listener listener = new Listener();
  private RawFolder raw;
  private String jdbcUrl;
  private FollowHours follower;

  @BeforeEach
  void createWarehouse() throws SQLException {
    raw = new RawFolder(root.resolve("events"));
    jdbcUrl = TestWarehouses.migrated();
    follower = follower(afterFault -> RunSession.open(run("PT30M")));
  }

  @AfterEach
  void close() {
    follower.close();
  }

  private FollowHours follower(FollowHours.Sessions sessions) {
    return follower(sessions, new RecentListings());
  }

  private FollowHours follower(FollowHours.Sessions sessions, RecentListings listings) {
    RawStore store = RawStores.of(raw);
    return new FollowHours(
        new Window.Follow(EVERY, Duration.ofDays(3), false),
        store,
        new ReadAndParse(TestSpark.session(), store, OptionalInt.empty(), PARSE_RULES),
        sessions,
        clock,
        listener,
        stop,
        listings);
  }

  private Run run(String gap) {
    return new Run(
        UUID.randomUUID(),
        "follow",
        TestSpark.session(),
        new Warehouse(jdbcUrl, PostgresServer.USER, null, null),
        WarehouseSettings.of(PARSE_RULES, new SessionRules(Duration.parse(gap), "UTC", List.of())),
        false,
        false,
        "test",
        listener);
  }

  private RawKey event(String hour, int number) {
    return raw.event(
        hour,
        number,
        """
        {"eventId": "00000000-0000-4000-8000-%012d", "eventName": "page_view", "clientId": "v",
         "_ingest": {"receivedAt": "%s:00:00Z"}}"""
            .formatted(number, hour));
  }

  private long number(String query) throws SQLException {
    return TestWarehouses.number(jdbcUrl, query);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<Long> inserted() {
    return listener.rows.stream().map(row -> row.get(Count.INSERTED)).toList();
  }

  @Test
  void aStepLoadsWhatIsNewAndAnEmptyOneWritesNothing() throws Exception {
    event("2026-11-22T11", 1);
    event("2026-11-22T12", 2);
    follower.step();
    event("2026-11-22T12", 3);
    assertThat(follower.step()).isLessThan(EVERY);
    String state = "SELECT md5(string_agg(etl_hours::text, ',' ORDER BY hour)) FROM etl_hours";
    String before = TestWarehouses.text(jdbcUrl, state);
    follower.step();
    follower.step();
    assertThat(inserted()).containsExactly(2L, 1L);
    assertThat(listener.rows.stream().map(LedgerRow::runId)).doesNotHaveDuplicates();
    assertThat(number("SELECT count(*) FROM etl_runs WHERE mode = 'follow'")).isEqualTo(2);
    assertThat(TestWarehouses.text(jdbcUrl, state)).isEqualTo(before);
    assertThat(number("SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    assertThat(listener.faults).isEmpty();
  }

  @Test
  void anOldHourIsVisitedHalfAnHourAfterTheLastVisitOfAllHours() throws Exception {
    event("2026-11-22T12", 1);
    follower.step();
    event("2026-11-22T07", 2);
    clock.move(FollowHours.FULL_VISITS.minusMillis(1));
    follower.step();
    assertThat(inserted()).containsExactly(1L);
    clock.move(Duration.ofMillis(1));
    follower.step();
    assertThat(inserted()).containsExactly(1L, 1L);
    clock.move(FollowHours.FULL_VISITS);
    follower.step();
    assertThat(listener.rows).hasSize(2);
  }

  @Test
  void anObjectThatCannotBeLoadedIsNotNewInEachStep() throws Exception {
    RawKey poison = event("2026-11-22T12", 1);
    execute(
        "INSERT INTO etl_quarantine (object_key, hour, error, version, run_id, quarantined_at) VALUES ('"
            + poison.relative()
            + "', '2026-11-22 12:00Z', 'x', 'test', gen_random_uuid(), now())");
    follower.step();
    follower.step();
    assertThat(inserted()).containsExactly(0L);
    assertThat(listener.rows.get(0).get(Count.QUARANTINED)).isOne();
    event("2026-11-22T12", 2);
    follower.step();
    follower.step();
    assertThat(inserted()).containsExactly(0L, 1L);
    clock.move(FollowHours.FULL_VISITS);
    follower.step();
    follower.step();
    assertThat(inserted()).containsExactly(0L, 1L, 0L);
    execute("DELETE FROM etl_quarantine");
    clock.move(FollowHours.FULL_VISITS);
    follower.step();
    assertThat(inserted()).containsExactly(0L, 1L, 0L, 1L);
  }

  /**
   * So the process exits with 1 when it is told to stop, as any other run that quarantines does.
   */
  @Test
  void aQuarantinedObjectAndAMalformedErasureRequestAreFailuresOfTheResult() throws Exception {
    RawKey poison = event("2026-11-22T12", 1);
    event("2026-11-22T12", 2);
    execute(
        "ALTER TABLE clickstream_events ADD CONSTRAINT no_poison CHECK"
            + " (1 / (event_id <> '00000000-0000-4000-8000-000000000001')::int = 1)");
    Path requests = Files.createDirectories(root.resolve("erasures"));
    Files.writeString(requests.resolve(UUID.randomUUID() + ".json"), "{");
    follower.step();
    follower.step();
    clock.move(FollowHours.FULL_VISITS);
    follower.step();

    EtlResult result = follower.result(listener.rows.get(0));

    assertThat(result.failures()).hasSize(2);
    assertThat(result.failures().get(0)).startsWith("Cannot apply the erasure request ");
    assertThat(result.failures().get(1))
        .startsWith("Cannot load " + poison.relative())
        .endsWith("It is quarantined. Use a version with the fault mended.");
    assertThat(result.total().get(Count.INSERTED)).isOne();
    assertThat(listener.faults).isEmpty();
  }

  @Test
  void anHourThatADeadRunLeftIncompleteIsClosedOnce() throws Exception {
    event("2026-11-22T12", 1);
    follower.step();
    execute("UPDATE etl_hours SET complete = FALSE");
    follower.step();
    assertThat(inserted()).containsExactly(1L);
    clock.move(FollowHours.FULL_VISITS);
    follower.step();
    assertThat(number("SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    follower.step();
    assertThat(inserted()).containsExactly(1L, 0L);
  }

  /** Writes an event whose id is a UUIDv7. */
  private void eventOf(Instant madeAt) {
    UUID id = TimeOrderedUuid.of(madeAt, 1, 5);
    String body =
        """
        {"eventId": "%s", "eventName": "page_view", "clientId": "v",
         "_ingest": {"receivedAt": "%s"}}"""
            .formatted(id, clock.instant());
    raw.write(
        RawKey.received(clock.instant(), RawKey.Kind.EVENT, id),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> incompleteHours() throws SQLException {
    return TestWarehouses.texts(
        jdbcUrl, "SELECT hour AT TIME ZONE 'UTC' FROM etl_hours WHERE NOT complete");
  }

  private FollowHours followerOfLargeHours() {
    return follower(afterFault -> RunSession.open(run("PT30M")), new RecentListings(1));
  }

  /** Loads an event of this hour, and lists all. The steps after it list the newest ids only. */
  private void loadAndListAll() throws IOException {
    event("2026-11-22T12", 1);
    follower.step();
    follower.step();
  }

  @Test
  void ofManyObjectsAStepListsTheNewestIdsAndAnotherOneListsAll() throws Exception {
    follower = followerOfLargeHours();
    Instant start = clock.instant();
    loadAndListAll();
    assertThat(inserted()).containsExactly(1L);

    clock.move(EVERY);
    eventOf(clock.instant());
    eventOf(start.minus(RecentListings.LATE));
    eventOf(start.minus(RecentListings.LATE).minusMillis(1));
    raw.batch("2026-11-22T11", 2, "{\"eventName\": \"page_view\", \"clientId\": \"w\"}\n");
    follower.step();
    assertThat(inserted()).containsExactly(1L, 3L);
    assertThat(listener.rows.get(1).isBalanced()).isTrue();
    assertThat(incompleteHours()).hasSize(2);

    // Nothing new among the newest, so nothing is written.
    clock.move(EVERY);
    follower.step();
    assertThat(listener.rows).hasSize(2);

    clock.move(RecentListings.SHORTEST_PAUSE);
    follower.step();
    assertThat(inserted()).containsExactly(1L, 3L, 1L);
    assertThat(incompleteHours()).isEmpty();
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(5);
    follower.step();
    assertThat(listener.rows).hasSize(3);
  }

  @Test
  void aListingOfAllClosesHoursWithoutNewObjects() throws Exception {
    follower = followerOfLargeHours();
    loadAndListAll();
    clock.move(EVERY);
    eventOf(clock.instant());
    follower.step();
    assertThat(incompleteHours()).hasSize(1);
    clock.move(RecentListings.SHORTEST_PAUSE);
    follower.step();
    assertThat(incompleteHours()).isEmpty();
    assertThat(inserted()).containsExactly(1L, 1L, 0L);
  }

  @Test
  void amongTheNewestAnObjectThatCannotBeLoadedIsNotNewInEachStep() throws Exception {
    follower = followerOfLargeHours();
    loadAndListAll();
    clock.move(EVERY);
    RawKey poison =
        RawKey.received(
            clock.instant(), RawKey.Kind.EVENT, TimeOrderedUuid.of(clock.instant(), 1, 5));
    raw.write(poison, "{}".getBytes(StandardCharsets.UTF_8));
    execute(
        "INSERT INTO etl_quarantine (object_key, hour, error, version, run_id, quarantined_at) VALUES ('"
            + poison.relative()
            + "', '2026-11-22 12:00Z', 'x', 'test', gen_random_uuid(), now())");
    follower.step();
    follower.step();
    assertThat(inserted()).containsExactly(1L, 0L);
    clock.move(RecentListings.SHORTEST_PAUSE);
    follower.step();
    assertThat(incompleteHours()).isEmpty();
    follower.step();
    assertThat(listener.rows).hasSize(3);
  }

  @Test
  void anHourWhoseObjectsAreDeletedIsClosedOnce() throws Exception {
    follower = followerOfLargeHours();
    event("2026-11-22T11", 1);
    follower.step();
    follower.step();
    clock.move(EVERY);
    eventOf(clock.instant());
    follower.step();
    assertThat(incompleteHours()).hasSize(1);
    try (Stream<Path> files = Files.list(raw.root().resolve("2026/11/22/12"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    clock.move(RecentListings.SHORTEST_PAUSE);
    follower.step();
    assertThat(incompleteHours()).isEmpty();
    clock.move(RecentListings.SHORTEST_PAUSE);
    follower.step();
    assertThat(inserted()).containsExactly(1L, 1L, 0L);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anOpenHourBesideAnUnreadableObjectIsClosedDuringTheFault() throws Exception {
    follower = followerOfLargeHours();
    loadAndListAll();
    clock.move(EVERY);
    eventOf(clock.instant());
    raw.batch("2026-11-22T11", 2, "{\"eventName\": \"page_view\", \"clientId\": \"w\"}\n");
    follower.step();
    assertThat(incompleteHours()).hasSize(2);
    clock.move(RecentListings.SHORTEST_PAUSE);
    Path unreadable =
        raw.root().resolve("2026/11/22/12/event-11111111-1111-4111-8111-111111111111.json");
    Files.createSymbolicLink(unreadable, Path.of("/proc/self/mem"));
    follower.step();
    assertThat(listener.faults).hasSize(1);
    follower.step();
    assertThat(incompleteHours()).singleElement().asString().contains("12:00");
  }

  @Test
  void anOpenHourIsClosedAfterALoadThatFailedAfterItsCommit() throws Exception {
    listener =
        new Listener() {
          @Override
          public void sliceLoaded(LedgerRow row) {
            super.sliceLoaded(row);
            if (rows.size() == 2) {
              throw new IllegalStateException("after the commit");
            }
          }
        };
    follower = followerOfLargeHours();
    loadAndListAll();
    clock.move(EVERY);
    eventOf(clock.instant());
    follower.step();
    assertThat(listener.faults).hasSize(1);
    assertThat(incompleteHours()).hasSize(1);
    follower.step();
    assertThat(incompleteHours()).isEmpty();
    follower.step();
    assertThat(inserted()).containsExactly(1L, 1L, 0L);
  }

  @Test
  void aClockThatWasAheadDelaysNoListingOfAll() throws Exception {
    follower = followerOfLargeHours();
    clock.move(Duration.ofMinutes(50));
    loadAndListAll();
    clock.move(Duration.ofMinutes(-50));
    eventOf(clock.instant().minus(Duration.ofMinutes(5)));
    event("2026-11-22T07", 2);
    follower.step();
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(3);
  }

  @Test
  void afterAFaultAStepListsAll() throws Exception {
    boolean[] isFaulty = new boolean[1];
    follower =
        follower(
            afterFault -> {
              if (isFaulty[0]) {
                throw new IOException("Cannot connect.");
              }
              return RunSession.open(run("PT30M"));
            },
            new RecentListings(1));
    loadAndListAll();
    clock.move(EVERY);
    eventOf(clock.instant());
    follower.step();
    isFaulty[0] = true;
    eventOf(clock.instant().minus(Duration.ofMinutes(5)));
    follower.step();
    assertThat(listener.faults).hasSize(1);
    isFaulty[0] = false;
    follower.step();
    assertThat(inserted()).containsExactly(1L, 1L, 1L);
    assertThat(incompleteHours()).isEmpty();
  }

  @Test
  void itStopsBeforeItsNextSlice() throws Exception {
    event("2026-11-22T11", 1);
    // A batch that is as large as a whole slice.
    Path batch =
        raw.root().resolve("2026/11/22/12/batch-00000000-0000-4000-8000-000000000001.ndjson");
    Files.createDirectories(batch.getParent());
    try (RandomAccessFile file = new RandomAccessFile(batch.toFile(), "rw")) {
      file.setLength(360_000_000);
    }
    listener =
        new Listener() {
          @Override
          public void sliceLoaded(LedgerRow row) {
            super.sliceLoaded(row);
            stop.stop();
          }
        };
    try (FollowHours stopped = follower(afterFault -> RunSession.open(run("PT30M")))) {
      LedgerRow total = stopped.follow(null).total();
      assertThat(total.get(Count.INSERTED)).isOne();
      assertThat(total.slice()).isOne();
    }
    assertThat(number("SELECT count(*) FROM etl_runs")).isOne();
  }

  @Test
  void theTotalIsThatOfAllSlices() throws Exception {
    listener =
        new Listener() {
          @Override
          public void sliceLoaded(LedgerRow row) {
            super.sliceLoaded(row);
            event("2026-11-22T12", 1 + rows.size());
            if (rows.size() == 3) {
              stop.stop();
            }
          }
        };
    event("2026-11-22T12", 1);
    RawStore store = RawStores.of(raw);
    try (FollowHours three =
        new FollowHours(
            new Window.Follow(Duration.ofMillis(1), Duration.ofDays(3), false),
            store,
            new ReadAndParse(TestSpark.session(), store, OptionalInt.empty(), PARSE_RULES),
            afterFault -> RunSession.open(run("PT30M")),
            clock,
            listener,
            stop,
            new RecentListings())) {
      assertThat(three.follow(null).total()).isEqualTo(LedgerRow.total(listener.rows));
    }
    assertThat(inserted()).containsExactly(1L, 1L, 1L);
  }

  @Test
  void aFaultIsToldOnceAndSoIsItsEnd() throws Exception {
    boolean[] isReachable = {true};
    FollowHours follower =
        follower(
            afterFault -> {
              if (!isReachable[0]) {
                throw new LoadException("Cannot connect.");
              }
              return RunSession.open(run("PT30M"));
            });
    event("2026-11-22T12", 1);
    follower.step();
    isReachable[0] = false;
    event("2026-11-22T12", 2);
    List<Duration> pauses = new ArrayList<>();
    for (int attempt = 0; attempt < 40; attempt++) {
      pauses.add(follower.step());
    }
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(90)) <= 0);
    assertThat(pauses.get(39)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(listener.faults).singleElement().asString().startsWith("Cannot connect. Trying");
    isReachable[0] = true;
    follower.step();
    follower.step();
    assertThat(listener.faults)
        .hasSize(2)
        .last()
        .asString()
        .matches("Loading again\\. The fault lasted .*; failed attempts: 40\\.");
    assertThat(inserted()).containsExactly(1L, 1L);
    follower.close();
  }

  @Test
  void aVisitOfAllHoursIsMadeUpForAfterAFault() throws Exception {
    event("2026-11-22T12", 1);
    follower.step();
    Path year = raw.root().resolve("2026");
    Path hidden = root.resolve("hidden");
    Files.move(year, hidden);
    Files.createSymbolicLink(year, year);
    clock.move(FollowHours.FULL_VISITS);
    follower.step();
    assertThat(listener.faults).singleElement().asString().startsWith("Cannot list hour ");
    Files.delete(year);
    Files.move(hidden, year);
    event("2026-11-22T14", 2);
    clock.move(Duration.ofHours(4));
    follower.step();
    assertThat(inserted()).containsExactly(1L, 1L);
    assertThat(listener.faults).hasSize(2);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anUnreadableObjectHoldsBackTheObjectsOfItsHourOnly() throws Exception {
    event("2026-11-22T08", 1);
    event("2026-11-22T12", 2);
    // Reading this file is an input/output error.
    Path unreadable =
        raw.root().resolve("2026/11/22/08/event-11111111-1111-4111-8111-111111111111.json");
    Files.createSymbolicLink(unreadable, Path.of("/proc/self/mem"));
    follower.step();
    assertThat(inserted()).isEmpty();
    follower.step();
    assertThat(inserted()).containsExactly(1L);
    event("2026-11-22T12", 3);
    event("2026-11-22T09", 4);
    Eventually.holds(
        "all other hours are loaded",
        () -> {
          follower.step();
          return inserted().size() == 3;
        });
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(3);
    assertThat(listener.faults).singleElement().asString().contains("Cannot read ");
    Files.delete(unreadable);
    Eventually.holds(
        "the hour is loaded",
        () -> {
          follower.step();
          return listener.faults.size() == 2;
        });
    assertThat(number("SELECT count(*) FROM clickstream_events")).isEqualTo(4);
    assertThat(listener.faults).last().asString().startsWith("Loading again.");
  }

  @Test
  void otherSettingsThanThoseOfTheWarehouseEndTheFollower() throws Exception {
    event("2026-11-22T12", 1);
    follower.step();
    try (FollowHours other = follower(afterFault -> RunSession.open(run("PT31M")))) {
      assertThatThrownBy(other::step).isInstanceOf(SettingsMismatchException.class);
    }
  }

  @Test
  void emptyStepsLeaveNothingOnTheHeap() throws Exception {
    int steps = Boolean.getBoolean(Nightly.PROPERTY) ? 10_000 : 1_000;
    event("2026-11-22T11", 1);
    event("2026-11-22T12", 2);
    for (int step = 0; step < 200; step++) {
      follower.step();
    }
    long before = usedHeap();
    for (int step = 0; step < steps; step++) {
      follower.step();
    }
    Eventually.holds("the heap is as before", () -> usedHeap() < before + MEGABYTE);
  }

  @Test
  @Nightly("Hundreds of loads take minutes; by day the heap is measured after empty steps")
  void loadsLeaveNothingOnTheHeap() throws Exception {
    int number = 1;
    for (; number <= 100; number++) {
      event("2026-11-22T12", number);
      follower.step();
      listener.rows.clear();
    }
    long before = usedHeap();
    for (; number <= 500; number++) {
      event("2026-11-22T12", number);
      follower.step();
      listener.rows.clear();
    }
    Eventually.holds("the heap is as before", () -> usedHeap() < before + 4 * MEGABYTE);
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
