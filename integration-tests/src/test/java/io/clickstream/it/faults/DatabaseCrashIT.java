package io.clickstream.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.KilledDatabase;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SilentProxy;
import io.clickstream.testing.SimulatedDay;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouse;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests runs during which PostgreSQL crashes (an immediate shutdown). */
class DatabaseCrashIT {

  private static final String WAITING = "another run is loading: waiting for its end";

  @TempDir private Path folder;

  private ProcessReaper reaper;
  private PostgresServer server;
  private SimulatedDay day;

  @BeforeEach
  void start() throws Exception {
    TestSpark.session();
    reaper = new ProcessReaper();
    server = TestWarehouses.start(folder.resolve("postgresql"), 0, reaper);
    day = SimulatedDay.write(folder.resolve("raw"), 1_000);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    reaper.close();
  }

  @Test
  void runsFailInOneLineAndTheNextLoadsTheRest() throws Exception {
    TestWarehouse undisturbed = TestWarehouse.create(server, "undisturbed");
    etl(undisturbed);
    TestWarehouse warehouse = TestWarehouse.create(server, "crashing");
    etl(warehouse, "--hour", "2026-11-22T00");
    Map<String, List<String>> before = warehouse.dump();

    try (JobProcess copying = new JobProcess(folder, "copying");
        JobProcess merging = new JobProcess(folder, "merging");
        JobProcess queued = new JobProcess(folder, "queued")) {
      HeldTable staging = HeldTable.staging(warehouse.jdbcUrl(), "events");
      copying.load(arguments(warehouse));
      staging.awaitWriters(1, Set.of());
      crash();
      assertThat(copying.awaitEnd()).isEqualTo(1);
      startAgain();
      assertThat(warehouse.dump()).isEqualTo(before);
      Set<String> leftOver = HeldTable.stagingTables(warehouse.jdbcUrl());
      assertThat(leftOver).isNotEmpty();

      HeldTable merge = HeldTable.of(warehouse.jdbcUrl(), "duplicate_records");
      merging.load(arguments(warehouse));
      merge.awaitWriters(1, Set.of());
      assertThat(HeldTable.stagingTables(warehouse.jdbcUrl())).noneMatch(leftOver::contains);
      queued.load(arguments(warehouse));
      queued.awaitSaid(WAITING);
      crash();
      assertFailed(merging);
      assertFailed(queued);
      startAgain();
      assertThat(warehouse.dump()).isEqualTo(before);
    }

    assertThat(etl(warehouse).total().isBalanced()).isTrue();
    assertThat(warehouse.dump()).isEqualTo(undisturbed.dump());
    assertThat(HeldTable.stagingTables(warehouse.jdbcUrl())).isEmpty();
    System.out.println(
        "faults: PostgreSQL crashed in COPY, and in a merge with a second run queued: all equal");
  }

  @Test
  void aRunWhoseTasksFailReportsItInOneLine() throws Exception {
    TestWarehouse warehouse = TestWarehouse.create(server, "terminating");
    try (JobProcess copying = new JobProcess(folder, "terminated")) {
      try (HeldTable staging = HeldTable.staging(warehouse.jdbcUrl(), "events")) {
        copying.load(arguments(warehouse));
        for (int writer : staging.awaitWriters(1, Set.of())) {
          warehouse.number("SELECT pg_terminate_backend(" + writer + ")::int");
        }
      }
      assertFailed(copying);
      assertThat(copying.said()).last().asString().contains(" ").doesNotContain("Exception");
      // Nor does Spark add anything of its own.
      assertThat(copying.errors())
          .filteredOn(line -> !line.contains("incubator modules"))
          .allMatch(line -> line.startsWith("clickstream-etl: "));
    }
  }

  /** The follower is a process, so that signals reach it as they reach the job on a server. */
  @Test
  void aFollowerOutlivesACrashAndEndsOnASignal() throws Exception {
    TestWarehouse undisturbed = TestWarehouse.create(server, "unfollowed");
    etl(undisturbed);
    Map<String, List<String>> expected = undisturbed.dump();
    TestWarehouse warehouse = TestWarehouse.create(server, "followed");
    List<String> arguments = new ArrayList<>(arguments(warehouse));
    int date = arguments.indexOf("--date");
    // The day is in the past, and --reconcile visits it too.
    arguments.subList(date, date + 2).clear();
    arguments.addAll(List.of("--follow", "1s", "--look-back", "1h", "--reconcile"));

    try (JobProcess follower = new JobProcess(folder, "follower")) {
      HeldTable merge = HeldTable.of(warehouse.jdbcUrl(), "duplicate_records");
      follower.load(arguments);
      merge.awaitWriters(1, Set.of());
      crash();
      Eventually.holds("the fault is told", () -> !told(follower, " Trying again ").isEmpty());
      startAgain();
      Eventually.holds("its end is told", () -> !told(follower, "Loading again. ").isEmpty());
      assertThat(warehouse.dump()).isEqualTo(expected);

      follower.terminate();

      assertThat(follower.awaitEnd()).as("%s", follower.errors()).isZero();
      assertThat(told(follower, " Trying again ")).as("%s", follower.said()).hasSize(1);
      assertThat(told(follower, "Loading again. ")).hasSize(1);
      assertThat(follower.output())
          .last()
          .asString()
          .startsWith("{\"run_id\":")
          .contains("\"mode\":\"follow\"", "\"balanced\":true");
    }
    assertThat(warehouse.number("SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    assertThat(HeldTable.stagingTables(warehouse.jdbcUrl())).isEmpty();
    System.out.println("faults: PostgreSQL crashed under a follower: told once, then all equal");
  }

  /** The limits are those of production, so the follower takes a minute to notice. */
  @Test
  @Nightly("WarehouseTest has the same fault with short limits, in a second")
  void aFollowerOutlivesAHostThatVanishesSilently() throws Exception {
    TestWarehouse undisturbed = TestWarehouse.create(server, "unvanished");
    etl(undisturbed);
    TestWarehouse warehouse = TestWarehouse.create(server, "vanishing");
    try (SilentProxy host = new SilentProxy(server.port());
        JobProcess follower = new JobProcess(folder, "vanishing")) {
      List<String> arguments =
          new ArrayList<>(
              day.arguments(
                  "jdbc:postgresql://127.0.0.1:" + host.port() + "/" + warehouse.name(),
                  PostgresServer.USER));
      int date = arguments.indexOf("--date");
      arguments.subList(date, date + 2).clear();
      arguments.addAll(List.of("--follow", "1s", "--look-back", "1h", "--reconcile"));
      HeldTable merge = HeldTable.of(warehouse.jdbcUrl(), "duplicate_records");
      follower.load(arguments);
      Set<Integer> merging = merge.awaitWriters(1, Set.of());
      host.vanish();
      Eventually.holds(
          "the silence is told",
          () ->
              told(follower, " Trying again ").stream()
                  .anyMatch(line -> line.contains("does not answer any more")));
      // The server would end it once it notices that its client has gone.
      for (int pid : merging) {
        warehouse.number("SELECT pg_terminate_backend(" + pid + ")::int");
      }
      merge.close();
      host.comeBack();
      Eventually.holds("its end is told", () -> !told(follower, "Loading again. ").isEmpty());
      assertThat(warehouse.dump()).isEqualTo(undisturbed.dump());
      follower.terminate();
      assertThat(follower.awaitEnd()).as("%s", follower.errors()).isZero();
    }
  }

  private static List<String> told(JobProcess follower, String part) throws IOException {
    return follower.said().stream().filter(line -> line.contains(part)).toList();
  }

  /**
   * A snapshot of a volume is of one instant, so it has the files of a server that was killed. The
   * drill of docs/runbook.md#restoring-the-warehouse: start a copy of them and load the rest.
   */
  @Test
  void aCopyOfAKilledServersFilesLoadsTheRestAndEqualsAFullLoad() throws Exception {
    TestWarehouse undisturbed = TestWarehouse.create(server, "complete");
    etl(undisturbed);
    Map<String, List<String>> expected = undisturbed.dump();
    TestWarehouse warehouse = TestWarehouse.create(server, "before_snapshot");
    etl(warehouse, "--hour", "2026-11-22T00");
    Map<String, List<String>> before = warehouse.dump();

    try (JobProcess merging = new JobProcess(folder, "merging")) {
      HeldTable merge = HeldTable.of(warehouse.jdbcUrl(), "duplicate_records");
      merging.load(arguments(warehouse));
      merge.awaitWriters(1, Set.of());
      KilledDatabase.kill(folder.resolve("postgresql"));
      merging.awaitEnd();
    }
    Path original = folder.resolve("postgresql");
    Path restored = folder.resolve("restored");
    assertThat(Command.of("cp", "-a", original.toString(), restored.toString()).run().status())
        .isZero();
    Files.deleteIfExists(restored.resolve("postmaster.pid"));
    Files.copy(folder.resolve("postgresql.pgpass"), folder.resolve("restored.pgpass"));

    try (PostgresServer copy = TestWarehouses.start(restored, 0, reaper)) {
      TestWarehouse ofCopy = new TestWarehouse(copy, warehouse.name());
      assertThat(ofCopy.dump()).isEqualTo(before);
      List<String> arguments =
          new ArrayList<>(day.arguments(ofCopy.jdbcUrl(), PostgresServer.USER));
      int date = arguments.indexOf("--date");
      // The snapshot is older than the look-back.
      arguments.set(date, "--since-last-run");
      arguments.set(date + 1, "--reconcile");
      EtlResult rest = EtlMain.run(arguments.toArray(String[]::new), Map.of(), line -> {});
      assertThat(rest.total().isBalanced()).isTrue();
      assertThat(ofCopy.dump()).isEqualTo(expected);
    }
  }

  /** SIGQUIT is an immediate shutdown: no checkpoint, and a recovery at the next start. */
  private void crash() throws Exception {
    ProcessHandle postmaster = KilledDatabase.postmaster(folder.resolve("postgresql"));
    assertThat(
            new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).start().waitFor())
        .isZero();
    postmaster.onExit().join();
  }

  private void startAgain() throws IOException {
    int port = server.port();
    server.close();
    server = TestWarehouses.start(folder.resolve("postgresql"), port, reaper);
  }

  private static void assertFailed(JobProcess run) throws Exception {
    assertThat(run.awaitEnd()).as("%s", run.said()).isEqualTo(1);
    List<String> said = new ArrayList<>(run.said());
    said.removeIf(
        line ->
            line.equals(WAITING)
                || line.matches("dropped \\d+ staging tables of runs that died")
                || line.startsWith("Cannot drop staging tables "));
    assertThat(said).as("%s", run.errors()).singleElement().asString().isNotBlank();
  }

  private List<String> arguments(TestWarehouse warehouse) {
    return day.arguments(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + warehouse.name(),
        PostgresServer.USER);
  }

  private EtlResult etl(TestWarehouse warehouse, String... hour) throws IOException {
    List<String> arguments = new ArrayList<>(arguments(warehouse));
    if (hour.length > 0) {
      int date = arguments.indexOf("--date");
      arguments.set(date, hour[0]);
      arguments.set(date + 1, hour[1]);
    }
    return EtlMain.run(arguments.toArray(String[]::new), Map.of(), line -> {});
  }
}
