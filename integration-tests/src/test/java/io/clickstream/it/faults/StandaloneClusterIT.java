package io.clickstream.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.etl.EtlMain;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SimulatedDay;
import io.clickstream.testing.SparkDistribution;
import io.clickstream.testing.StandaloneCluster;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouse;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the job jar on a standalone cluster of unmodified Spark. The rows equal those of one
 * process, also when executors are lost and tasks run more than once.
 */
class StandaloneClusterIT {

  private static final int EVENTS = 3_000;
  private static final List<Process> SUBMITTED = new ArrayList<>();

  @TempDir private static Path folder;

  private static ProcessReaper reaper;
  private static SparkDistribution spark;
  private static StandaloneCluster cluster;
  private static SimulatedDay day;
  private static Map<String, List<String>> rows;

  @BeforeAll
  static void start() throws Exception {
    reaper = new ProcessReaper();
    spark = SparkDistribution.ofThisBuild().forShortRuns();
    cluster = new StandaloneCluster(spark, folder, 2, reaper);
    day = SimulatedDay.write(folder.resolve("raw"), EVENTS);
    TestSpark.session();
    TestWarehouse alone = TestWarehouse.create();
    TestWarehouses.createLoader();
    EtlMain.run(
        day.arguments(alone.jdbcUrl(), PostgresServer.USER).toArray(String[]::new),
        Map.of(),
        line -> {});
    rows = alone.dump();
    assertThat(rows.get("clickstream_events")).hasSize((int) day.events());
  }

  @AfterAll
  static void stop() throws IOException {
    // A test that failed has not waited for its run.
    SUBMITTED.forEach(Command::kill);
    if (cluster != null) {
      cluster.close();
      assertThat(cluster.processes()).noneMatch(ProcessHandle::isAlive);
    }
    reaper.close();
  }

  @Test
  @Nightly("The other test loses tasks after they copied rows, so rows are staged twice there, too")
  void twoExecutorsWithSpeculativeTasksLoadTheSameRowsAsOneProcess() throws Exception {
    TestWarehouse together = TestWarehouse.create();
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.default.parallelism", "3");
    settings.put("spark.speculation", "true");
    settings.put("spark.speculation.interval", "50ms");
    settings.put("spark.speculation.quantile", "0.5");
    settings.put("spark.speculation.multiplier", "1.01");
    settings.put("spark.speculation.minTaskRuntime", "0ms");
    settings.put("spark.speculation.efficiency.enabled", "false");
    long doubled;
    HeldTable events = HeldTable.staging(together.jdbcUrl(), "events");
    Run run = submit("together", settings, together);
    try (Connection holder = TestWarehouses.connect(together.jdbcUrl());
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT FROM etl_lock FOR UPDATE");
      Set<Integer> first = events.awaitWriters(2, Set.of());
      String table =
          HeldTable.stagingTables(together.jdbcUrl()).stream()
              .filter(name -> name.endsWith("_events"))
              .findFirst()
              .orElseThrow();
      events = events.letThrough();
      // The third task and its speculative copy, on the other worker.
      events.awaitWriters(2, first);
      events.close();
      Eventually.holds(
          "the run waits for the warehouse",
          () -> together.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
      doubled =
          together.number(
              "SELECT count(*) - count(DISTINCT raw_object_key) FROM clickstream_staging." + table);
    }
    run.awaitSameRows(together);
    assertThat(
            run.tasks().stream()
                .filter(task -> task.path("Task Info").path("Speculative").asBoolean()))
        .isNotEmpty();
    assertThat(
            run.tasks().stream()
                .filter(task -> reason(task).equals("Success"))
                .map(task -> task.path("Task Info").path("Executor ID").asText()))
        .contains("0", "1");
    assertThat(cluster.output()).isNotEmpty().doesNotContain(TestWarehouse.PASSWORD);
    System.out.printf(
        "faults: a task and its speculative copy wrote at once, %d rows staged twice: all equal%n",
        doubled);
  }

  @Test
  void aWorkerLostWhileCopyingAndOneWhileSessionizingChangeNoRow() throws Exception {
    TestWarehouse bereft = TestWarehouse.create();
    HeldTable events = HeldTable.staging(bereft.jdbcUrl(), "events");
    Run run;
    try (HeldTable sessions = HeldTable.staging(bereft.jdbcUrl(), "event_sessions")) {
      run = submit("bereft", Map.of("spark.default.parallelism", "4"), bereft);
      Set<Integer> first = events.awaitWriters(2, Set.of());
      // Two tasks have committed by now, and two more are about to.
      events = events.letThrough();
      events.awaitWriters(2, first);
      cluster.killAWorkerWithATask();
      cluster.addWorker();
      events.close();

      Set<Integer> writer = sessions.awaitWriters(1, Set.of());
      cluster.killAWorkerWithATask();
      cluster.addWorker();
      sessions.awaitWriters(1, writer);
    }
    run.awaitSameRows(bereft);
    long lost =
        run.tasks().stream().filter(task -> reason(task).equals("ExecutorLostFailure")).count();
    assertThat(lost).isGreaterThanOrEqualTo(2);
    System.out.printf(
        "faults: a worker killed in COPY and one in sessionizing, %d tasks lost: all equal%n",
        lost);
  }

  @Test
  @Nightly("The other test loses workers in the same steps of a run that does not follow")
  void aFollowerGoesOnAfterTheLossOfAWorkerDuringItsStep() throws Exception {
    TestWarehouse followed = TestWarehouse.create();
    List<String> arguments =
        new ArrayList<>(day.arguments(followed.jdbcUrl(), TestWarehouse.LOADER));
    int date = arguments.indexOf("--date");
    // The day is in the past, and --reconcile visits it too.
    arguments.subList(date, date + 2).clear();
    arguments.addAll(List.of("--follow", "1s", "--look-back", "1h", "--reconcile"));
    Run run;
    try (HeldTable events = HeldTable.staging(followed.jdbcUrl(), "events")) {
      run = submit("followed", Map.of("spark.default.parallelism", "4"), arguments);
      events.awaitWriters(2, Set.of());
      cluster.killAWorkerWithATask();
      cluster.addWorker();
    }
    Eventually.holds(
        "all events are loaded",
        () -> {
          assertThat(run.process().isAlive()).isTrue();
          return followed.number("SELECT count(*) FROM clickstream_events") == day.events();
        });
    run.process().destroy();
    run.awaitSameRows(followed);
    assertThat(run.tasks().stream().filter(task -> reason(task).equals("ExecutorLostFailure")))
        .isNotEmpty();
  }

  private static String reason(JsonNode task) {
    return task.path("Task End Reason").path("Reason").asText();
  }

  private static Run submit(String name, Map<String, String> more, TestWarehouse into)
      throws IOException {
    return submit(name, more, day.arguments(into.jdbcUrl(), TestWarehouse.LOADER));
  }

  private static Run submit(String name, Map<String, String> more, List<String> arguments)
      throws IOException {
    Path log = folder.resolve("log-" + name);
    Map<String, String> settings = new HashMap<>(SparkDistribution.eventLog(log));
    settings.put("spark.executor.memory", "768m");
    settings.put("spark.executor.cores", "1");
    // Many clusters set it by default. It cannot serialize every class.
    settings.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    settings.put("spark.driver.host", "127.0.0.1");
    // Nothing is computed before both executors are there.
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    settings.putAll(more);
    Process process =
        spark
            .submit(cluster.master(), settings, arguments)
            .with("DW_PASSWORD", TestWarehouse.PASSWORD)
            .start(folder, name);
    reaper.guard(process.pid());
    SUBMITTED.add(process);
    return new Run(process, folder.resolve(name + ".out"), folder.resolve(name + ".err"), log);
  }

  /** A submitted job. */
  private record Run(Process process, Path out, Path err, Path log) {

    void awaitSameRows(TestWarehouse into) throws Exception {
      assertThat(Eventually.ends(process)).as("%s", Files.readAllLines(err)).isZero();
      List<String> lines = Files.readAllLines(out);
      JsonNode ledger = new ObjectMapper().readTree(lines.get(lines.size() - 1));
      assertThat(ledger.path("balanced").asBoolean()).isTrue();
      assertThat(ledger.path("inserted").asLong()).isEqualTo(day.events());
      assertThat(into.dump()).isEqualTo(rows);
    }

    /** Returns the end events of all tasks. */
    List<JsonNode> tasks() throws IOException {
      ObjectMapper json = new ObjectMapper();
      try (Stream<Path> logs = Files.list(log)) {
        return Files.readAllLines(logs.findFirst().orElseThrow()).stream()
            .filter(line -> line.contains("\"SparkListenerTaskEnd\""))
            .map(
                line -> {
                  try {
                    return json.readTree(line);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toList();
      }
    }
  }
}
