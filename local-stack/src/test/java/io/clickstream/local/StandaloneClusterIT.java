package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.Command.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar on a standalone cluster of unmodified Spark: a master and two workers. */
class StandaloneClusterIT {

  private static final int EVENTS = 3_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path folder;

  private Lifeline lifeline;
  private PostgresServer server;
  private StandaloneCluster cluster;

  @BeforeEach
  void start() throws Exception {
    lifeline = new Lifeline();
    server = new PostgresServer(folder.resolve("postgresql"), 0, false, lifeline);
    cluster = new StandaloneCluster(SparkDistribution.ofThisBuild(), folder, 2, lifeline);
  }

  @AfterEach
  void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
      assertThat(cluster.processes()).noneMatch(ProcessHandle::isAlive);
    }
    if (server != null) {
      server.close();
    }
    lifeline.close();
  }

  @Test
  void twoExecutorsLoadTheSameRowsAsOneProcess() throws Exception {
    SparkDistribution spark = SparkDistribution.ofThisBuild();
    SimulatedDay day = SimulatedDay.write(folder.resolve("raw"), EVENTS);
    TestWarehouse alone = TestWarehouse.create(server, "alone");
    TestWarehouse together = TestWarehouse.create(server, "together");
    TestWarehouse.createLoader(server, folder.resolve("postgresql"));

    Ended local = load(spark, "local[1]", Map.of(), day, alone);
    Map<String, String> settings = new HashMap<>(SparkDistribution.eventLog(folder.resolve("log")));
    settings.put("spark.executor.memory", "768m");
    settings.put("spark.executor.cores", "1");
    settings.put("spark.driver.host", "127.0.0.1");
    // Nothing is computed before both executors are there.
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    Ended distributed = load(spark, cluster.master(), settings, day, together);

    assertThat(local.status()).as("%s", local.err()).isZero();
    assertThat(distributed.status()).as("%s", distributed.err()).isZero();
    assertThat(executorsThatWorked()).containsExactly("0", "1");
    assertThat(together.number("SELECT count(*) FROM clickstream_events")).isEqualTo(day.events());
    assertThat(together.dump()).isEqualTo(alone.dump());
    assertThat(cluster.output()).isNotEmpty().doesNotContain(TestWarehouse.PASSWORD);
  }

  private static Ended load(
      SparkDistribution spark,
      String master,
      Map<String, String> settings,
      SimulatedDay day,
      TestWarehouse into)
      throws IOException, InterruptedException {
    return spark
        .submit(master, settings, day.arguments(into.jdbcUrl(), TestWarehouse.LOADER))
        .with("DW_PASSWORD", TestWarehouse.PASSWORD)
        .run(LIMIT);
  }

  /** Those of which the event log holds a task that ended well. */
  private Set<String> executorsThatWorked() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Set<String> executors = new TreeSet<>();
    try (Stream<Path> logs = Files.list(folder.resolve("log"))) {
      for (String line : Files.readAllLines(logs.findFirst().orElseThrow())) {
        JsonNode event = json.readTree(line);
        if (event.path("Event").asText().equals("SparkListenerTaskEnd")
            && event.path("Task End Reason").path("Reason").asText().equals("Success")) {
          executors.add(event.path("Task Info").path("Executor ID").asText());
        }
      }
    }
    return executors;
  }
}
