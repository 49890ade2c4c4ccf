package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.job.Stage;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests runs that are killed by SIGKILL at different points. The warehouse then has the rows before
 * the slice or after it, and the next run loads what is missing.
 */
class DriverKilledIT {

  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  /** The points at which a run is killed, and the sign of each. */
  private enum Point {
    LISTED(Stage.PLAN.name()),
    IN_COPY_TO_STAGING("events"),
    STAGED(Stage.READ_PARSE_STAGE.name()),
    DECIDED(Stage.DEDUPE.name()),
    IN_COPY_OF_SESSIONS("sessions"),
    SESSIONIZED(Stage.SESSIONIZE.name()),
    IN_MERGE("duplicate_records"),
    BALANCED(Stage.BALANCE.name()),
    ABOUT_TO_COMMIT(PausingJob.PASSING + Stage.BALANCE.name()),
    COMMITTED(PausingJob.COMMITTED);

    private final String sign;

    Point(String sign) {
      this.sign = sign;
    }

    /**
     * Returns the points to try: all at night. By day one before the commit, another one in each
     * run, and the one after it.
     */
    static List<Point> chosen() {
      if (Boolean.getBoolean(Nightly.PROPERTY)) {
        return List.of(values());
      }
      List<Point> before =
          List.of(IN_COPY_TO_STAGING, IN_COPY_OF_SESSIONS, IN_MERGE, ABOUT_TO_COMMIT);
      return List.of(before.get(ThreadLocalRandom.current().nextInt(before.size())), COMMITTED);
    }

    boolean isWriting() {
      return name().startsWith("IN_");
    }
  }

  @TempDir private Path folder;

  @Test
  void aKilledRunLeavesAllOfASliceOrNothingAndTheNextLoadsTheRest() throws Exception {
    TestSpark.session();
    List<Point> points = Point.chosen();
    Path simulated = folder.resolve("raw");
    URI raw = simulated.toUri();
    SimulatedObjects.write(
        simulated, new TrafficOptions(2_000, 5, START, Duration.ofHours(points.size() + 1)));
    String undisturbed = migrated();
    String killed = migrated();
    int before = 0;
    int after = 0;
    JobProcess next = new JobProcess(folder, "run-0");
    try {
      for (int i = 0; i < points.size(); i++) {
        // Each run has an hour of its own to load, besides what the one before left undone.
        String[] window = hoursUpTo(i + 1);
        Map<String, String> rows = dump(killed);
        Set<String> leftOver = HeldTable.stagingTables(killed);
        JobProcess run = next;
        // Starts while this one works.
        next = new JobProcess(folder, "run-" + (i + 1));
        killAt(points.get(i), run, killed, TestJob.arguments(killed, raw, window));

        TestJob.run(undisturbed, raw, window);
        if (dump(killed).equals(rows)) {
          before++;
        } else {
          assertThat(dump(killed)).as("after %s", points.get(i)).isEqualTo(dump(undisturbed));
          after++;
        }
        assertThat(HeldTable.stagingTables(killed)).noneMatch(leftOver::contains);
      }
    } finally {
      next.close();
    }
    long surelyBefore =
        points.stream().filter(point -> point.compareTo(Point.ABOUT_TO_COMMIT) < 0).count();
    assertThat((long) before).isGreaterThanOrEqualTo(surelyBefore);
    assertThat(after).isPositive();

    String[] all = hoursUpTo(points.size() + 1);
    assertThat(TestJob.run(killed, raw, all).total().isBalanced()).isTrue();
    TestJob.run(undisturbed, raw, all);
    assertThat(dump(killed)).isEqualTo(dump(undisturbed));
    assertThat(HeldTable.stagingTables(killed)).isEmpty();
    assertThat(number(killed, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    System.out.printf(
        "faults: driver killed at %d points, %d before the commit and %d after it: all equal%n",
        points.size(), before, after);
  }

  private static void killAt(Point point, JobProcess run, String jdbcUrl, List<String> arguments)
      throws Exception {
    if (!point.isWriting()) {
      run.loadUntil(point.sign, arguments);
      run.awaitPause();
      run.kill();
      return;
    }
    if (point == Point.IN_MERGE) {
      try (HeldTable table = HeldTable.of(jdbcUrl, point.sign)) {
        run.load(arguments);
        table.awaitWriters(1, Set.of());
        run.kill();
      }
      return;
    }
    try (HeldTable table = HeldTable.staging(jdbcUrl, point.sign)) {
      run.load(arguments);
      table.awaitWriters(1, Set.of());
      run.kill();
    }
  }

  private static String[] hoursUpTo(int hours) {
    return new String[] {
      "--from",
      START.toString().substring(0, 13),
      "--to",
      START.plus(Duration.ofHours(hours)).toString().substring(0, 13)
    };
  }
}
