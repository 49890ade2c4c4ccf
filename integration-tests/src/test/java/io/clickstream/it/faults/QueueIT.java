package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.SimulatedDay;
import io.clickstream.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests runs of several processes in one warehouse at the same time. */
class QueueIT {

  private static final String WAITING = "another run is loading: waiting for its end";

  @TempDir private Path folder;

  @Test
  void concurrentRunsQueueAndKeepTheirStagingTables() throws Exception {
    TestSpark.session();
    SimulatedDay day = SimulatedDay.write(folder.resolve("raw"), 1_000);
    String alone = migrated();
    String warehouse = migrated();
    etl(day, alone, new ConcurrentLinkedQueue<>());
    Queue<String> said = new ConcurrentLinkedQueue<>();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (JobProcess second = new JobProcess(folder, "second")) {
      Future<EtlResult> first;
      Future<EtlResult> third;
      try (HeldTable merge = HeldTable.of(warehouse, "duplicate_records")) {
        first = pool.submit(() -> etl(day, warehouse, new ConcurrentLinkedQueue<>()));
        merge.awaitWriters(1, Set.of());
        Set<String> ofFirst = HeldTable.stagingTables(warehouse);
        second.load(day.arguments(warehouse, PostgresServer.USER));
        second.awaitSaid(WAITING);
        Set<String> waiting = new TreeSet<>(HeldTable.stagingTables(warehouse));
        assertThat(waiting).hasSizeGreaterThan(ofFirst.size()).containsAll(ofFirst);

        third = pool.submit(() -> etl(day, warehouse, said));
        Eventually.holds("the third run waits", () -> said.contains(WAITING));
        assertThat(HeldTable.stagingTables(warehouse)).containsAll(waiting);
      }
      assertThat(second.awaitEnd()).as("%s", second.said()).isZero();
      assertThat(first.get().total().isBalanced()).isTrue();
      assertThat(third.get().total().isBalanced()).isTrue();
    } finally {
      pool.shutdown();
    }
    assertThat(said).noneMatch(line -> line.startsWith("dropped"));
    assertThat(dump(warehouse)).isEqualTo(dump(alone));
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs WHERE inserted > 0")).isOne();
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
    System.out.println("faults: two runs queued behind a third, each kept its staging: all equal");
  }

  private static EtlResult etl(SimulatedDay day, String jdbcUrl, Queue<String> said)
      throws Exception {
    List<String> arguments = day.arguments(jdbcUrl, PostgresServer.USER);
    return EtlMain.run(arguments.toArray(String[]::new), Map.of(), said::add);
  }
}
