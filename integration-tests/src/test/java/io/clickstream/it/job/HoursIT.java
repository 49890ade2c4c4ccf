package io.clickstream.it.job;

import static io.clickstream.it.job.JobRuns.START;
import static io.clickstream.it.job.JobRuns.day;
import static io.clickstream.it.job.JobRuns.other;
import static io.clickstream.it.job.JobRuns.simulated;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestBucket;
import io.clickstream.testing.TestWarehouses;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which hours a run loads, when an hour is complete, and what a run reports about hours. */
class HoursIT {

  private static final TestBucket BUCKET = TestBucket.create();

  @TempDir static Path folder;

  @BeforeAll
  static void startSpark() {
    BUCKET.connectSpark(Map.of());
  }

  @Test
  void anHourThatCannotBeListedFailsAloneAndCatchesUp() throws Exception {
    Path raw = simulated(folder, "unlisted", 1_000, 1);
    String whole = migrated();
    TestJob.run(whole, raw.toUri(), day());
    Path hour = raw.resolve("2026/11/21/14");
    Path aside = folder.resolve("unlisted-hour");
    Files.move(hour, aside);
    Files.createSymbolicLink(hour, hour);
    String warehouse = migrated();

    EtlResult withoutIt = TestJob.run(warehouse, raw.toUri(), day());

    assertThat(withoutIt.failures())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("Cannot list hour 2026-11-21T14:00:00Z: ");
    assertThat(withoutIt.total().get(Count.INSERTED)).isPositive();
    Files.delete(hour);
    Files.move(aside, hour);
    assertThat(TestJob.run(warehouse, raw.toUri(), day()).failures()).isEmpty();
    assertThat(dump(warehouse)).isEqualTo(dump(whole));
  }

  @Test
  void sinceLastRunFindsLateObjectsByKey() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("late"));
    String hour = Instant.now().minus(Duration.ofHours(5)).toString().substring(0, 13);
    raw.event(hour, 1, other("a", 1));
    String warehouse = migrated();
    assertThat(TestJob.run(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED))
        .isOne();
    // A restored copy has an old time: only its key shows that it is new.
    RawKey late = RawFolder.key(hour, RawKey.Kind.EVENT, 0);
    raw.write(late.relative(), other("b", 2).getBytes(StandardCharsets.UTF_8), START);
    LedgerRow second = TestJob.run(warehouse, raw.uri(), "--since-last-run").total();
    assertThat(second.get(Count.INSERTED)).isOne();
    assertThat(second.get(Count.ALREADY_LOADED)).isOne();

    raw.event("2020-02-29T23", 9, other("c", 3));
    assertThat(TestJob.run(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED))
        .isZero();
    assertThat(
            TestJob.run(warehouse, raw.uri(), "--since-last-run", "--reconcile")
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
      var first = pool.submit(() -> TestJob.run(warehouse, raw.uri(), "--hour", "2020-02-29T23"));
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
    assertThat(TestJob.run(warehouse, raw.uri(), "--since-last-run").total().get(Count.INSERTED))
        .isOne();
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
    List<String> arguments = TestJob.arguments(warehouse, raw.uri(), "--date", "2020-02-28");
    assertThatThrownBy(() -> TestJob.run(arguments, breaksOff)).hasMessage("breaks off");
    assertThat(said).anyMatch(line -> line.matches("hour 1 of 24, .* records/s, about .* left"));
    assertThat(said)
        .last()
        .isEqualTo(
            "Not loaded: 23 of 24 hours, from 2020-02-28T01:00:00Z on. Run the same command to continue.");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isOne();
    TestJob.run(arguments);
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isEqualTo(2);
  }

  @Test
  void anEmptyHourIsDone() throws Exception {
    String warehouse = migrated();
    LedgerRow row = TestJob.run(warehouse, BUCKET.uri("empty"), "--hour", "2026-11-21T12").total();
    assertThat(row.get(Count.OBJECTS_LISTED)).isZero();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isOne();
  }
}
