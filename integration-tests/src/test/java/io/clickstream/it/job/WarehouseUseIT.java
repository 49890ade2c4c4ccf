package io.clickstream.it.job;

import static io.clickstream.it.job.JobRuns.concat;
import static io.clickstream.it.job.JobRuns.day;
import static io.clickstream.it.job.JobRuns.simulated;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.UsageException;
import io.clickstream.etl.source.RawRootMissingException;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.it.TestJob;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.TestBucket;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the job needs of a warehouse, and what it does beside other runs. */
class WarehouseUseIT {

  @TempDir static Path folder;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  @Test
  void otherSettingsThanTheWarehousesAreRefused() throws Exception {
    Path raw = simulated(folder, "settings", 10, 1);
    String warehouse = migrated();
    TestJob.run(warehouse, raw.toUri(), day());
    assertThatThrownBy(() -> TestJob.run(warehouse, raw.toUri(), with("--session-gap", "45m")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("session_gap_s is 1800 in the warehouse, but 2700 here");
    assertThatThrownBy(
            () -> TestJob.run(warehouse, raw.toUri(), with("--own-hosts", "b.example,a.example")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("own_hosts is [] in the warehouse, but [a.example, b.example] here");
  }

  @Test
  void failuresAreOneLine() throws Exception {
    Path raw = simulated(folder, "failures", 10, 1);
    String unmigrated = TestWarehouses.empty();
    assertThatThrownBy(() -> TestJob.run(unmigrated, raw.toUri(), day()))
        .isInstanceOf(LoadException.class)
        .hasMessage("Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
    assertThatThrownBy(() -> TestJob.run("jdbc:postgresql://127.0.0.1:1/dw", raw.toUri(), day()))
        .isInstanceOf(LoadException.class)
        .hasMessageStartingWith(
            "Cannot connect to the warehouse as postgres at jdbc:postgresql://127.0.0.1:1/dw: ");
    String warehouse = migrated();
    assertThatThrownBy(() -> TestJob.run(warehouse, folder.resolve("nowhere").toUri(), day()))
        .isInstanceOf(RawRootMissingException.class)
        .hasMessageContaining("nowhere");
    new TestBucket("no-such-bucket").connectSpark(Map.of());
    assertThatThrownBy(
            () -> TestJob.run(warehouse, URI.create("s3a://no-such-bucket/events"), day()))
        .isInstanceOf(RawRootMissingException.class)
        .hasMessage(
            "Cannot read the raw root s3a://no-such-bucket/events: it does not exist."
                + " Check --raw and the bucket.");
    assertThatThrownBy(() -> TestJob.run(warehouse, raw.toUri(), "--hour", "yesterday"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'yesterday'");
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();
  }

  @Test
  void anEtlRoleIsEnoughAndLeavesNoStagingTables() throws Exception {
    Path raw = simulated(folder, "role", 200, 1);
    String warehouse = migrated();
    String role = "loader_" + UUID.randomUUID().toString().substring(0, 8);
    try (Connection connection = TestWarehouses.connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + " LOGIN IN ROLE clickstream_etl");
    }
    TestWarehouses.letLogIn(TestWarehouses.server(), role);
    String[] args =
        concat(
            new String[] {
              "--raw", raw.toUri().toString(), "--jdbc-url", warehouse, "--db-user", role
            },
            day());
    assertThat(EtlMain.run(args, Map.of(), line -> {}).total().isBalanced()).isTrue();
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
  }

  @Test
  void stagingTablesOfADeadRunAreDroppedAndThoseOfALiveRunAreNot() throws Exception {
    Path raw = simulated(folder, "leftovers", 10, 1);
    String warehouse = migrated();
    UUID living = UUID.randomUUID();
    String dead = "clickstream_staging.r" + "0".repeat(32) + "_1_events";
    String foreign = "clickstream_staging.r" + "1".repeat(32) + "_1_events";
    String alive = "clickstream_staging.r" + living.toString().replace("-", "") + "_1_events";
    try (Connection holder = TestWarehouses.connect(warehouse);
        Statement statement = holder.createStatement()) {
      statement.execute("CREATE TABLE " + foreign + " ()");
      statement.execute("SET ROLE clickstream_etl");
      statement.execute("CREATE TABLE " + dead + " ()");
      statement.execute("CREATE TABLE " + alive + " ()");
      statement.execute(
          "SELECT pg_advisory_lock("
              + (living.getMostSignificantBits() ^ living.getLeastSignificantBits())
              + ")");
      TestJob.run(warehouse, raw.toUri(), day());
      assertThat(text(warehouse, "SELECT to_regclass('" + dead + "')")).isNull();
      assertThat(text(warehouse, "SELECT to_regclass('" + alive + "')")).isNotNull();
      // A table that the job may not drop does not make it fail.
      assertThat(text(warehouse, "SELECT to_regclass('" + foreign + "')")).isNotNull();
    }
  }

  @Test
  void twoConcurrentRunsQueueAndLoadTheSameRows() throws Exception {
    Path raw = simulated(folder, "queue", 2_000, 1);
    String alone = migrated();
    TestJob.run(alone, raw.toUri(), day());
    String together = migrated();
    runTwiceAtOnce(together, raw);
    assertThat(dump(together)).isEqualTo(dump(alone));
  }

  @Test
  void serverDefaultsDoNotChangeRows() throws Exception {
    Path raw = simulated(folder, "defaults", 500, 1);
    String alone = migrated();
    TestJob.run(alone, raw.toUri(), day());
    String odd = migrated();
    String database = "ALTER DATABASE " + odd.substring(odd.lastIndexOf('/') + 1);
    try (Connection connection = TestWarehouses.connect(odd);
        Statement statement = connection.createStatement()) {
      statement.execute(database + " SET default_transaction_isolation = 'repeatable read'");
      statement.execute(database + " SET search_path = pg_catalog");
      statement.execute(database + " SET statement_timeout = '100ms'");
      statement.execute(database + " SET timezone = 'Asia/Kathmandu'");
      runTwiceAtOnce(odd, raw);
      statement.execute(database + " RESET ALL");
    }
    assertThat(dump(odd)).isEqualTo(dump(alone));
  }

  private static void runTwiceAtOnce(String jdbcUrl, Path raw) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      var one = pool.submit(() -> TestJob.run(jdbcUrl, raw.toUri(), day()));
      var two = pool.submit(() -> TestJob.run(jdbcUrl, raw.toUri(), day()));
      assertThat(one.get().total().isBalanced()).isTrue();
      assertThat(two.get().total().isBalanced()).isTrue();
    } finally {
      pool.shutdown();
    }
  }

  private static String[] with(String... more) {
    return concat(day(), more);
  }
}
