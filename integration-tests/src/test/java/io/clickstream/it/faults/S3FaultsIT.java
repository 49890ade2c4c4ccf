package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.it.HandClock;
import io.clickstream.it.RunningFollower;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.FaultProxy;
import io.clickstream.testing.FaultProxy.Fault;
import io.clickstream.testing.FaultProxy.Kind;
import io.clickstream.testing.FaultProxy.Plan;
import io.clickstream.testing.FaultProxy.Request;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestBucket;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the job on an S3 server that fails requests. It retries transient errors, reports permanent
 * ones, and loses nothing.
 */
class S3FaultsIT {

  private static final TestBucket BUCKET = TestBucket.create();
  private static final URI ROOT = BUCKET.uri("events");

  /** Long ago, so that {@code --since-last-run} visits only its incomplete hours. */
  private static final Instant FIRST_HOUR = Instant.parse("2020-02-29T00:00:00Z");

  private static final String[] WINDOW = {"--from", "2020-02-29T00", "--to", "2020-02-29T08"};

  /**
   * A slice has up to 500,000 records, and a batch object one in 700 bytes, as far as one knows.
   */
  private static final long SIZE_OF_A_WHOLE_SLICE = 360_000_000;

  /** The number of faults after which a request succeeds. */
  private static final int PASSES_AFTER = 2;

  private static final List<Fault> PASSING =
      List.of(
          Fault.SLOW_DOWN,
          Fault.TRUNCATED,
          Fault.INTERNAL_ERROR,
          Fault.RESET_IN_BODY,
          Fault.TOO_MANY_REQUESTS,
          Fault.RESET);

  @TempDir private static Path folder;

  private static FaultProxy proxy;
  private static List<String> keys;
  private static Map<String, String> rows;

  @BeforeAll
  static void loadWithoutFaults() throws Exception {
    Path raw = folder.resolve("raw");
    Duration hours = Duration.ofHours(3);
    SimulatedObjects.write(raw, new TrafficOptions(300, 1, FIRST_HOUR, hours));
    SimulatedObjects.write(
        raw, new TrafficOptions(1_000, 2, FIRST_HOUR.plus(Duration.ofHours(4)), hours), 50);
    BUCKET.upload(raw, "events");
    proxy = new FaultProxy(BUCKET.endpoint());
    // S3A's own retries are few, and the pauses between them short.
    BUCKET.connectSpark(
        Map.of(
            "fs.s3a.endpoint", proxy.endpoint().toString(),
            "fs.s3a.retry.limit", "3",
            "fs.s3a.retry.interval", "5ms",
            "fs.s3a.retry.throttle.interval", "5ms"));
    try (var files = Files.walk(raw)) {
      keys =
          files
              .filter(Files::isRegularFile)
              .map(file -> raw.relativize(file).toString())
              .sorted()
              .toList();
    }
    String alone = migrated();
    assertThat(TestJob.run(alone, raw.toUri(), WINDOW).total().isBalanced()).isTrue();
    rows = dump(alone);
  }

  @AfterAll
  static void stopServers() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void transientFaultsChangeNoRow() throws Exception {
    String warehouse = migrated();
    proxy.follow(
        request -> {
          int chosen = Math.floorMod(ownHash(request), 1_000);
          boolean fails =
              request.attempt() <= PASSES_AFTER
                  && (request.kind() == Kind.LISTING || chosen % 3 == 0);
          return fails
              ? Optional.of(PASSING.get((chosen / 3 + request.attempt()) % PASSING.size()))
              : Optional.empty();
        });

    LedgerRow row = TestJob.run(warehouse, ROOT, WINDOW).total();

    assertThat(proxy.counts()).containsOnlyKeys(PASSING);
    assertThat(proxy.readers()).as("user agents of the GETs").containsExactly("clickstream-etl");
    assertThat(row.isBalanced()).isTrue();
    assertThat(row.get(Count.UNREADABLE)).isZero();
    assertThat(dump(warehouse)).isEqualTo(rows);
    say("S3: %s, then all equal", proxy.counts());
  }

  @Test
  void aForbiddenOrTruncatedObjectFailsItsSliceAndIsNamed() throws Exception {
    String warehouse = migrated();
    Map<String, Fault> broken = broken();
    proxy.follow(always(broken));

    assertThatThrownBy(() -> TestJob.run(warehouse, ROOT, WINDOW))
        .hasMessageContaining("Cannot read " + broken.size() + " objects, the first is ")
        .hasMessageContaining(broken.keySet().iterator().next())
        .message()
        .doesNotContain("\n");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isZero();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE complete")).isZero();

    LedgerRow skipped = TestJob.run(warehouse, ROOT, with("--skip-unreadable")).total();
    assertThat(skipped.get(Count.UNREADABLE)).isEqualTo(broken.size());
    assertThat(skipped.isBalanced()).isTrue();
    assertThat(
            text(
                warehouse,
                "SELECT string_agg(object_key, ' ') FROM rejected_records WHERE split_part(object_key, '#', 1) IN ('"
                    + String.join("', '", broken.keySet())
                    + "')"))
        .isNull();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isPositive();

    proxy.follow(request -> Optional.empty());
    LedgerRow caughtUp = TestJob.run(warehouse, ROOT, "--since-last-run").total();
    assertThat(caughtUp.isBalanced()).isTrue();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    assertThat(dump(warehouse)).isEqualTo(rows);
    say(
        "S3: %d objects forbidden or truncated for good: named, skipped, caught up, all equal",
        broken.size());
  }

  @Test
  void otherSlicesCommitAndTheExitStatusIs1() throws Exception {
    Path raw = folder.resolve("slices");
    Instant day = Instant.parse("2020-03-01T00:00:00Z");
    Duration hours = Duration.ofHours(3);
    SimulatedObjects.write(raw, new TrafficOptions(20, 3, day, hours));
    String batch = "2020/03/01/03/batch-00000000-0000-4000-8000-000000000001.ndjson";
    Files.createDirectories(raw.resolve(batch).getParent());
    try (RandomAccessFile file = new RandomAccessFile(raw.resolve(batch).toFile(), "rw")) {
      file.setLength(SIZE_OF_A_WHOLE_SLICE);
    }
    SimulatedObjects.write(raw, new TrafficOptions(20, 4, day.plus(Duration.ofHours(4)), hours));
    BUCKET.upload(raw, "events");
    proxy.follow(always(Map.of(batch, Fault.FORBIDDEN)));
    String warehouse = migrated();
    try (JobProcess job = new JobProcess(folder, "slices", BUCKET.environment(proxy.endpoint()))) {
      job.load(TestJob.arguments(warehouse, ROOT, "--date", "2020-03-01"));
      assertThat(job.awaitEnd()).as("%s", job.errors()).isEqualTo(1);
      List<String> said = job.said();
      assertThat(said.get(said.size() - 1)).contains("Cannot read " + batch + ": ");
    }
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isEqualTo(2);
    assertThat(
            text(
                warehouse,
                "SELECT min(raw_object_key) < '2020/03/01/03' AND max(raw_object_key) > '2020/03/01/04' FROM event_details"))
        .isEqualTo("t");
    assertThat(
            text(warehouse, "SELECT string_agg(hour::text, ' ') FROM etl_hours WHERE NOT complete"))
        .startsWith("2020-03-01 03:00");
    say("S3: of three slices one is forbidden: two are loaded, exit 1");
  }

  @Test
  void anObjectDeletedSinceTheListingHasVanished() throws Exception {
    String warehouse = migrated();
    List<String> gone = List.of(keys.get(3), keys.get(keys.size() / 2), keys.get(keys.size() - 1));
    Map<String, Fault> faults = new TreeMap<>();
    gone.forEach(key -> faults.put(key, Fault.GONE));
    proxy.follow(always(faults));

    LedgerRow row = TestJob.run(warehouse, ROOT, WINDOW).total();

    assertThat(row.get(Count.VANISHED)).isEqualTo(gone.size());
    assertThat(row.isBalanced()).isTrue();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isOne();
    // It was there after all: the next visit finds it, since nothing says that it is loaded.
    proxy.follow(request -> Optional.empty());
    assertThat(TestJob.run(warehouse, ROOT, WINDOW).total().isBalanced()).isTrue();
    assertThat(dump(warehouse)).isEqualTo(rows);
    say("S3: %d keys gone between listing and GET: vanished, the balance holds", gone.size());
  }

  @Test
  void aListingThatStaysBrokenFailsTheRunInOneLine() throws Exception {
    String warehouse = migrated();
    proxy.follow(
        request ->
            request.kind() == Kind.LISTING ? Optional.of(Fault.FORBIDDEN) : Optional.empty());
    assertThatThrownBy(() -> TestJob.run(warehouse, ROOT, WINDOW))
        .message()
        .contains("s3a://" + BUCKET.name())
        .contains("AccessDenied");
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
  }

  @Test
  void aFollowerWaitsForTheEndOfAFaultAndTellsItOnce() throws Exception {
    String warehouse = migrated();
    proxy.follow(request -> Optional.empty());
    List<String> arguments =
        TestJob.arguments(warehouse, ROOT, "--follow", "1s", "--look-back", "8h");
    Instant before = FIRST_HOUR.minus(Duration.ofHours(10));
    HandClock clock = new HandClock(before);
    try (RunningFollower follower = new RunningFollower(arguments, clock)) {
      clock.stepAt(before, follower);
      proxy.follow(
          request ->
              request.kind() == Kind.LISTING ? Optional.of(Fault.FORBIDDEN) : Optional.empty());
      clock.set(FIRST_HOUR.plus(Duration.ofHours(2)));
      follower.awaitFaults(1);
      Eventually.holds("it tries again", () -> proxy.counts().getOrDefault(Fault.FORBIDDEN, 0) > 3);
      assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
      Map<String, Fault> broken = broken();
      proxy.follow(always(broken));
      Eventually.holds("objects are read", () -> proxy.counts().size() > 1);
      proxy.follow(request -> Optional.empty());
      follower.awaitFaults(2);
      clock.stepAt(FIRST_HOUR.plus(Duration.ofHours(7)), follower);
      clock.stepAt(FIRST_HOUR.plus(Duration.ofHours(8)), follower);

      assertThat(follower.stop().total().isBalanced()).isTrue();
      assertThat(follower.faults()).as("%s", follower.faults()).hasSize(2);
      assertThat(follower.faults().get(0)).startsWith("Cannot list ").contains("AccessDenied");
      assertThat(follower.faults().get(1)).startsWith("Loading again. ");
    }
    assertThat(dump(warehouse)).isEqualTo(rows);
    say("S3: listings and then GETs failed under a follower: told once, then all equal");
  }

  /** Returns a number that does not depend on the bucket's name, which differs from run to run. */
  private static int ownHash(Request request) {
    return request.target().replace(BUCKET.name(), "faulty").hashCode();
  }

  private static Plan always(Map<String, Fault> faults) {
    return request ->
        request.kind() == Kind.OBJECT
            ? Optional.ofNullable(
                faults.get(request.target().substring(("/" + BUCKET.name() + "/events/").length())))
            : Optional.empty();
  }

  /** Returns every fortieth object, alternately forbidden and truncated. */
  private static Map<String, Fault> broken() {
    Map<String, Fault> broken = new TreeMap<>();
    for (int i = 5; i < keys.size(); i += 40) {
      broken.put(keys.get(i), broken.size() % 2 == 0 ? Fault.FORBIDDEN : Fault.TRUNCATED);
    }
    return broken;
  }

  private static String[] with(String more) {
    List<String> all = new ArrayList<>(List.of(WINDOW));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private static void say(String line, Object... values) {
    System.out.println("faults: " + line.formatted(values));
  }
}
