package io.clickstream.it.faults;

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
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests loads of several slices, of which the next one is staged while one merges. */
class BackfillIT {

  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final int HOURS = 4;

  @TempDir private static Path raw;
  @TempDir private Path folder;

  private static Map<String, String> rows;

  @BeforeAll
  static void loadInTurn() throws Exception {
    TestSpark.session();
    SimulatedObjects.write(raw, new TrafficOptions(400, 11, START, Duration.ofHours(HOURS)));
    String warehouse = migrated();
    EtlResult result = etl(warehouse, line -> {}, "--in-turn");
    assertThat(result.slices()).hasSize(HOURS);
    rows = dump(warehouse);
  }

  /** Each hour is a slice. */
  private static List<String> arguments(String warehouse, String... more) {
    List<String> arguments =
        TestJob.arguments(
            warehouse,
            raw.toUri(),
            "--from",
            "2026-11-21T00",
            "--to",
            "2026-11-21T04",
            "--slice-records",
            "1");
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static EtlResult etl(String warehouse, RunListener listener, String... more)
      throws IOException {
    return TestJob.run(arguments(warehouse, more), listener);
  }

  /** Notes the stages of all slices, and may fail at the end of one. */
  private static final class Stages implements RunListener {
    private final Queue<Stage> ended = new ConcurrentLinkedQueue<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Stage failing;

    Stages(Stage failing) {
      this.failing = failing;
    }

    @Override
    public void message(String line) {
      said.add(line);
    }

    @Override
    public void stageEnded(Stage stage) {
      ended.add(stage);
      if (stage == failing) {
        throw new IllegalStateException("a fault after " + stage);
      }
    }

    long count(Stage stage) {
      return ended.stream().filter(stage::equals).count();
    }
  }

  @Test
  void theNextSliceIsStagedWhileOneMerges() throws Exception {
    String warehouse = migrated();
    Stages stages = new Stages(null);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<EtlResult> run;
      try (HeldTable merge = HeldTable.of(warehouse, "duplicate_records")) {
        run = pool.submit(() -> etl(warehouse, stages, "--newest-first"));
        merge.awaitWriters(1, Set.of());
        Eventually.holds(
            "the next slice is staged", () -> stages.count(Stage.READ_PARSE_STAGE) == 2);
        assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
        assertThat(HeldTable.stagingTables(warehouse)).anyMatch(table -> table.contains("_2_"));
      }
      EtlResult result = run.get();
      assertThat(result.slices()).hasSize(HOURS).allMatch(LedgerRow::isBalanced);
      assertThat(result.slices().get(0).windowFrom())
          .isEqualTo(START.plus(Duration.ofHours(HOURS - 1)));
    } finally {
      pool.shutdown();
    }
    requireAllLoaded(warehouse);
  }

  @Test
  void aFaultInAMergeLeavesNothingOfTheNextSlice() throws Exception {
    String warehouse = migrated();
    assertThatThrownBy(() -> etl(warehouse, new Stages(Stage.MERGE)))
        .hasMessage("a fault after MERGE");
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("stage-ahead"));

    assertThat(etl(warehouse, line -> {}).failures()).isEmpty();
    requireAllLoaded(warehouse);
  }

  @Test
  void aFaultWhileASliceIsStagedAheadIsToldInItsTurn() throws Exception {
    String warehouse = migrated();
    RunListener listener =
        new RunListener() {
          private int plans;

          @Override
          public void message(String line) {}

          @Override
          public void stageEnded(Stage stage) {
            if (stage == Stage.PLAN && ++plans == 3) {
              throw new IllegalStateException("a fault in the third slice");
            }
          }
        };
    assertThatThrownBy(() -> etl(warehouse, listener)).hasMessage("a fault in the third slice");
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isEqualTo(2);
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();

    EtlResult next = etl(warehouse, line -> {});
    assertThat(next.total().get(Count.ALREADY_LOADED)).isPositive();
    requireAllLoaded(warehouse);
  }

  @Test
  void aRunThatIsKilledWithASliceStagedAheadLosesNothing() throws Exception {
    String warehouse = migrated();
    try (JobProcess run = new JobProcess(folder, "backfill");
        HeldTable merge = HeldTable.of(warehouse, "duplicate_records")) {
      run.load(arguments(warehouse));
      merge.awaitWriters(1, Set.of());
      Eventually.holds(
          "the next slice is being staged",
          () ->
              HeldTable.stagingTables(warehouse).stream().anyMatch(table -> table.contains("_2_")));
      run.kill();
    }
    Stages stages = new Stages(null);
    assertThat(etl(warehouse, stages).failures()).isEmpty();
    assertThat(stages.said).anyMatch(line -> line.startsWith("dropped "));
    requireAllLoaded(warehouse);
  }

  private static void requireAllLoaded(String warehouse) throws Exception {
    assertThat(dump(warehouse)).isEqualTo(rows);
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
  }
}
