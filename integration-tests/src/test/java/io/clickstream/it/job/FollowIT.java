package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.event.RawKey;
import io.clickstream.event.TimeOrderedUuid;
import io.clickstream.it.HandClock;
import io.clickstream.it.RunningFollower;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code --follow}: beside other runs, and with wrong arguments. */
class FollowIT {

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final int HOURS = 4;
  private static final int EVENTS = 600;

  @TempDir private static Path folder;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  @Test
  void twoFollowersAndABackfillGiveTheRowsOfOneRun() throws Exception {
    Path all = simulated("all");
    String alone = migrated();
    LedgerRow once = etl(alone, all.toUri(), day()).total();
    Path raw = folder.resolve("arriving");
    List<Path> files = files(all);
    Collections.shuffle(files, new Random(3));
    String warehouse = migrated();
    Instant end = START.plus(Duration.ofHours(HOURS - 1));
    HandClock oneClock = new HandClock(START);
    HandClock otherClock = new HandClock(end);
    Files.createDirectories(raw);

    try (RunningFollower one = follower(warehouse, raw, oneClock);
        RunningFollower other = follower(warehouse, raw, otherClock)) {
      for (int part = 0; part < HOURS; part++) {
        copy(
            all,
            files.subList(files.size() * part / HOURS, files.size() * (part + 1) / HOURS),
            raw);
        oneClock.set(START.plus(Duration.ofHours(part)));
        etl(
            warehouse,
            raw.toUri(),
            "--hour",
            START.plus(Duration.ofHours(part)).toString().substring(0, 13));
      }
      oneClock.stepAt(end.plus(Duration.ofHours(1)), one);
      otherClock.stepAt(end.plus(Duration.ofHours(1)), other);
      assertThat(one.stop().total().isBalanced()).isTrue();
      assertThat(other.stop().total().isBalanced()).isTrue();
      assertThat(one.faults()).isEmpty();
      assertThat(other.faults()).isEmpty();
    }

    assertThat(dump(warehouse)).isEqualTo(dump(alone));
    assertThat(number(warehouse, "SELECT sum(inserted - replaced) FROM etl_runs"))
        .isEqualTo(once.get(Count.INSERTED));
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
  }

  /** So many that most steps list the newest ids only. */
  @Test
  void ofALargeHourTheNewestIdsAreLoadedFirstAndThenTheRest() throws Exception {
    Path all = folder.resolve("large-hour");
    SimulatedObjects.write(all, new TrafficOptions(8_000, 2, START, Duration.ofHours(1)));
    nameInOrderOfTime(all);
    String alone = migrated();
    etl(alone, all.toUri(), day());
    Path raw = folder.resolve("large-hour-arriving");
    List<Path> files = files(all);
    Collections.shuffle(files, new Random(7));
    String warehouse = migrated();
    Instant half = START.plus(Duration.ofMinutes(30));
    HandClock clock = new HandClock(START);
    Files.createDirectories(raw);

    try (RunningFollower follower = follower(warehouse, raw, clock)) {
      clock.stepAt(START, follower);
      copy(all, files.subList(0, files.size() * 3 / 4), raw);
      clock.stepAt(half, follower);
      // All objects are listed before others arrive.
      clock.stepAt(half.plusSeconds(1), follower);
      copy(all, files.subList(files.size() * 3 / 4, files.size()), raw);
      clock.stepAt(half.plusSeconds(5), follower);
      long stored = number(warehouse, "SELECT count(*) FROM clickstream_events");
      assertThat(stored).isLessThan(number(alone, "SELECT count(*) FROM clickstream_events"));
      assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete"))
          .isPositive();
      String lastListed =
          "SELECT records_listed FROM etl_runs WHERE inserted > 0 ORDER BY finished_at DESC LIMIT 1";
      assertThat(number(warehouse, lastListed)).isLessThan(files.size() * 3L / 4);

      clock.stepAt(half.plus(Duration.ofMinutes(2)), follower);
      assertThat(follower.stop().total().isBalanced()).isTrue();
      assertThat(follower.faults()).isEmpty();
    }

    assertThat(dump(warehouse)).isEqualTo(dump(alone));
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
  }

  /**
   * Gives the objects of an hour UUIDv7 ids, evenly over the hour. Simulated ones have random ids.
   */
  private static void nameInOrderOfTime(Path raw) throws IOException {
    List<Path> files = files(raw);
    long step = Duration.ofHours(1).toMillis() / files.size();
    for (int i = 0; i < files.size(); i++) {
      long millis = START.toEpochMilli() + i * step;
      RawKey key = new RawKey(START, RawKey.Kind.EVENT, TimeOrderedUuid.of(millis, 0, i));
      Files.move(files.get(i), raw.resolve(key.relative()));
    }
  }

  private static void copy(Path from, List<Path> files, Path to) throws IOException {
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  @Test
  void aMissingRootAndAnUnknownDatabaseEndItAtOnce() throws Exception {
    String warehouse = migrated();
    assertEndsAtOnce(folder.resolve("missing").toUri(), warehouse, "does not exist");
    RawFolder raw = new RawFolder(folder.resolve("there"));
    raw.event("2026-11-21T12", 1, "{\"clientId\":\"c\"}");
    assertEndsAtOnce(raw.uri(), warehouse + "_other", "Cannot connect to the warehouse");
  }

  private static void assertEndsAtOnce(URI raw, String jdbcUrl, String reason) throws Exception {
    try (RunningFollower follower =
        new RunningFollower(
            TestJob.arguments(jdbcUrl, raw, "--follow", "1s"), new HandClock(START))) {
      assertThatThrownBy(
              () -> {
                while (!follower.hasEnded()) {
                  Thread.sleep(20);
                }
              })
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining(reason);
      assertThat(follower.faults()).isEmpty();
    }
  }

  private static RunningFollower follower(String jdbcUrl, Path raw, HandClock clock) {
    return new RunningFollower(
        TestJob.arguments(jdbcUrl, raw.toUri(), "--follow", "1s", "--timezone", "UTC"), clock);
  }

  private static String[] day() {
    return new String[] {
      "--from",
      START.toString().substring(0, 13),
      "--to",
      START.plus(Duration.ofHours(HOURS)).toString().substring(0, 13)
    };
  }

  private static EtlResult etl(String jdbcUrl, URI raw, String... more) throws IOException {
    List<String> arguments = TestJob.arguments(jdbcUrl, raw, more);
    arguments.addAll(List.of("--timezone", "UTC"));
    return TestJob.run(arguments);
  }

  private static Path simulated(String name) throws IOException {
    Path raw = folder.resolve(name);
    SimulatedObjects.write(raw, new TrafficOptions(EVENTS, 1, START, Duration.ofHours(HOURS)));
    return raw;
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    }
  }
}
