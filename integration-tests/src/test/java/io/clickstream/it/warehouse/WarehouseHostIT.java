package io.clickstream.it.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.Tls;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.local.reload.Reload;
import io.clickstream.local.reload.ReloadRequest;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries the scripts of {@code infra/host/} on a PostgreSQL server of this machine. */
class WarehouseHostIT {

  private static final Path HOST = Home.find().folder().resolve("infra/host");
  private static final String DATABASE = "clickstream_dw";

  @TempDir private static Path folder;

  private static ProcessReaper reaper;
  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    reaper = new ProcessReaper();
    server = TestWarehouses.start(folder.resolve("postgresql"), 0, reaper);
    runFile("postgres", PostgresServer.USER, "warehouse/roles.sql");
    TestWarehouses.letLogIn(server, "clickstream_admin", "etl_loader", "dashboards");
    run("postgres", "CREATE DATABASE " + DATABASE + " OWNER clickstream_admin");
    runFile(DATABASE, PostgresServer.USER, "warehouse/restrict.sql");
    new Migrations(Home.find().sql()).apply(server.jdbcUrl(DATABASE), "clickstream_admin", null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
    if (reaper != null) {
      reaper.close();
    }
  }

  @Test
  void theAdministratorMigratesWithoutBeingSuperuser() throws Exception {
    assertThat(ask(DATABASE, "SELECT max(version) FROM schema_version")).isNotEqualTo("0");
    assertThat(ask("postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = 'clickstream_admin'"))
        .isEqualTo("f");
  }

  /** A migration cannot include another file, so both hold the statement. */
  @Test
  void restrictTakesTheSameRightsAsTheMigration() throws IOException {
    String script = Files.readString(HOST.resolve("warehouse/restrict.sql"));
    String statement = script.substring(script.indexOf("DO $$"));
    assertThat(statement).contains("REVOKE");
    assertThat(Files.readString(Home.find().sql().resolve("migrations/V1__warehouse.sql")))
        .contains(statement);
  }

  /** On AWS the job loads the new warehouse, and the administrator swaps. */
  @Test
  void theAdministratorReloadsAndSwapsWithoutBeingSuperuser() throws Exception {
    ReloadRequest request =
        new ReloadRequest(
            new Warehouse(server.jdbcUrl(DATABASE), "clickstream_admin", null, null),
            Optional.empty(),
            List.of(),
            Map.of(),
            true,
            false);
    try (Connection reader = connect(DATABASE, "dashboards");
        Reload reload = new Reload(request, arguments -> List.of(), line -> {})) {
      assertThat(reload.load()).isEmpty();
      try (Connection loader =
          new Warehouse(server.jdbcUrl(DATABASE + "_next"), "etl_loader", null, null).connect()) {
        assertThat(loader.isValid(1)).isTrue();
      }
      assertThat(reload.load()).isPresent();
      reload.swap();
      assertThat(reader.isValid(1)).isFalse();
      try (Connection again = connect(DATABASE, "dashboards")) {
        assertThat(again.isValid(1)).isTrue();
      }
      reload.undo();
      reload.dropNext();
    }
  }

  @Test
  void rolesCanBeCreatedAgainAtAnyTime() {
    assertThatCode(() -> runFile("postgres", PostgresServer.USER, "warehouse/roles.sql"))
        .doesNotThrowAnyException();
  }

  @Test
  void theDashboardsReadAndCannotWrite() throws Exception {
    try (Connection connection = connect(DATABASE, "dashboards");
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("SELECT FROM clickstream_sessions").next()).isFalse();
      assertThatThrownBy(() -> statement.execute("DELETE FROM clickstream_sessions"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("read-only");
      statement.execute("SET default_transaction_read_only = off");
      assertThatThrownBy(() -> statement.execute("DELETE FROM clickstream_sessions"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_advisory_lock(1)",
        "SELECT lo_create(0)",
        "SELECT pg_logical_emit_message(FALSE, 'x', repeat('x', 1000))",
        "CREATE TABLE public.mine ()",
        "CREATE FUNCTION public.mine() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
        "SELECT FROM etl_lock FOR UPDATE",
        "CREATE TEMPORARY TABLE mine ()",
        "SET temp_file_limit = '100GB'",
      })
  void theDashboardsCanNeitherStopALoadNorFillTheDisk(String sql) throws Exception {
    try (Connection connection = connect(DATABASE, "dashboards");
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
    assertThat(ask("postgres", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'dashboards'"))
        .isEqualTo("30");
  }

  /** There everyone could create temporary tables and large objects. */
  @ParameterizedTest
  @ValueSource(strings = {"postgres", "template1"})
  void theDashboardsEnterNoOtherDatabase(String database) {
    assertThatThrownBy(() -> connect(database, "dashboards").close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied for database");
  }

  @Test
  void queriesAndTransactionsOfTheDashboardsEnd() throws Exception {
    try (Connection connection = connect(DATABASE, "dashboards");
        Statement statement = connection.createStatement();
        ResultSet limits =
            statement.executeQuery(
                "SELECT current_setting('statement_timeout'),"
                    + " current_setting('idle_in_transaction_session_timeout'),"
                    + " current_setting('temp_file_limit')")) {
      limits.next();
      assertThat(List.of(limits.getString(1), limits.getString(2), limits.getString(3)))
          .containsExactly("1min", "1min", "2GB");
    }
  }

  /** A reader may turn the timeouts off. */
  @Test
  void longTransactionsOfReadersAreEndedAndNoOthers() throws Exception {
    String script = Files.readString(HOST.resolve("warehouse/end_long_readers.sql"));
    assertThat(script).contains("INTERVAL '10 minutes'");
    try (Connection reader = connect(DATABASE, "dashboards");
        Connection idle = connect(DATABASE, "dashboards");
        Connection loader = connect(DATABASE, "etl_loader")) {
      for (Connection connection : List.of(reader, loader)) {
        connection.createStatement().execute("SET idle_in_transaction_session_timeout = 0");
        connection.setAutoCommit(false);
        connection.createStatement().execute("LOCK TABLE clickstream_events IN ACCESS SHARE MODE");
      }
      run(DATABASE, script);
      assertThat(reader.isValid(1)).as("younger than ten minutes").isTrue();
      run(DATABASE, script.replace("INTERVAL '10 minutes'", "INTERVAL '0'"));
      Eventually.holds("the end of the reader's session", () -> !reader.isValid(1));
      assertThat(loader.isValid(1)).isTrue();
      assertThat(idle.isValid(1)).isTrue();
    }
  }

  @Test
  void theLoaderMayLoad() throws Exception {
    try (Connection connection =
            new Warehouse(server.jdbcUrl(DATABASE), "etl_loader", null, null).connect();
        Statement statement = connection.createStatement();
        ResultSet role = statement.executeQuery("SELECT current_user")) {
      role.next();
      assertThat(role.getString(1)).isEqualTo("clickstream_etl");
    }
  }

  @Test
  void theLoaderWritesTheMartsAndTheDashboardsReadThem() throws Exception {
    run(
        DATABASE,
        "INSERT INTO warehouse_settings VALUES (true, 1800, 0, 'Asia/Ho_Chi_Minh', '{shop.example}',"
            + " 1, 1, 'x', 1, rules_hash())");
    try (Connection connection =
            new Warehouse(server.jdbcUrl(DATABASE), "etl_loader", null, null).connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT rebuild_marts()");
    }
    try (Connection connection = connect(DATABASE, "dashboards");
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("SELECT FROM v_retention_weekly").next()).isFalse();
      assertThat(statement.executeQuery("SELECT FROM session_funnels").next()).isFalse();
    }
    run(DATABASE, "DELETE FROM warehouse_settings");
  }

  @Test
  void metricsHaveValuesOnceEventsAreLoaded() throws Exception {
    assertThat(metrics()).isEmpty();
    run(
        DATABASE,
        """
        INSERT INTO clickstream_events (event_id, event_timestamp, event_name, canonical_name, occurred_at,
          visitor_id, session_key, raw_hour, raw_id, is_bot)
        VALUES (gen_random_uuid(), now(), 'click', 'click', now() - INTERVAL '42 minutes', 'c:1', gen_random_uuid(), 0, gen_random_uuid(), false)""");
    run(
        DATABASE,
        """
        INSERT INTO clickstream_events (event_id, event_timestamp, event_name, canonical_name, occurred_at,
          visitor_id, session_key, raw_hour, raw_id, is_bot)
        VALUES (gen_random_uuid(), now(), 'click', 'click', now() + INTERVAL '1 year', 'c:1', gen_random_uuid(), 0, gen_random_uuid(), false)""");
    assertThat(metrics()).containsEntry("MinutesSinceNewestEvent", "42").hasSize(1);
    insertRun("1 hour", 300, 4);
    insertRun("2 hours", 100, 0);
    insertRun("25 hours", 100, 100);
    assertThat(metrics())
        .containsEntry("RejectedPercent", "1.00")
        .containsEntry("MinutesSinceLastRun", "60")
        .hasSize(3);
    try (Connection follower = connect(DATABASE, PostgresServer.USER);
        Statement statement = follower.createStatement()) {
      statement.execute("SET application_name = 'clickstream-etl range'");
      assertThat(metrics()).containsEntry("MinutesSinceLastRun", "60");
      statement.execute("SET application_name = 'clickstream-etl follow'");
      assertThat(metrics()).containsEntry("MinutesSinceLastRun", "0");
    }
    insertRun("5 minutes", 100, 0);
    String delay =
        "UPDATE etl_runs SET oldest_event_timestamp = finished_at - INTERVAL '7.25 seconds', mode = '%s'"
            + " WHERE finished_at > now() - INTERVAL '%d minutes'";
    run(DATABASE, delay.formatted("range", 6));
    assertThat(metrics()).doesNotContainKey("SecondsFromReceptionToCommit");
    run(DATABASE, delay.formatted("follow", 100));
    assertThat(metrics()).containsEntry("SecondsFromReceptionToCommit", "7.3");
    run(DATABASE, "DELETE FROM clickstream_events");
    run(DATABASE, "DELETE FROM etl_runs");
  }

  @Test
  void theShopsTablesAreCreatedOnceWithTheirConstraints() throws Exception {
    run("postgres", "CREATE ROLE shop LOGIN");
    TestWarehouses.letLogIn(server, "shop");
    run("postgres", "CREATE DATABASE shop OWNER shop");
    runFile("shop", "shop", "oltp/shop.sql");
    runFile("shop", "shop", "oltp/shop.sql");
    assertThat(ask("shop", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        .isEqualTo("5");
    run("shop", "INSERT INTO products VALUES ('p-1', 'RTX 4070', 'GPU', 'ASUS', 100, 90, '/p/1')");
    assertThatThrownBy(
            () ->
                run(
                    "shop",
                    "INSERT INTO products VALUES ('p-2', 'x', NULL, NULL, 100, 101, '/p/2')"))
        .hasMessageContaining("violates check constraint");
  }

  @Test
  void theCertificateIsTrustedByItsAuthorityAloneAlsoWhileThatIsReplaced() throws Exception {
    Path tls = folder.resolve("tls");
    Path published =
        Files.createDirectories(folder.resolve("published")).resolve("authorities.pem");
    certificate(tls, published.getParent());
    run("postgres", "ALTER SYSTEM SET ssl_cert_file = '" + tls.resolve("server.pem") + "'");
    run("postgres", "ALTER SYSTEM SET ssl_key_file = '" + tls.resolve("server.key") + "'");
    run("postgres", "ALTER SYSTEM SET ssl = on");
    run("postgres", "SELECT pg_reload_conf()");
    String first = Files.readString(published);
    Eventually.holds("TLS", () -> connects("localhost", first));
    assertThat(connects("127.0.0.1", first)).as("a name that it doesn't have").isFalse();
    byte[] certificate = Files.readAllBytes(tls.resolve("server.pem"));

    certificate(tls, published.getParent());
    assertThat(tls.resolve("server.pem")).as("good for longer").hasBinaryContent(certificate);

    certificate(tls, published.getParent(), "--new-authority");
    String both = Files.readString(published);
    assertThat(both).contains(first).hasSizeGreaterThan(first.length());
    assertThat(tls.resolve("server.pem")).as("clients first").hasBinaryContent(certificate);
    assertThat(connects("localhost", both)).isTrue();

    certificate(tls, published.getParent());
    run("postgres", "SELECT pg_reload_conf()");
    Eventually.holds("the new certificate", () -> !connects("localhost", first));
    assertThat(connects("localhost", both)).isTrue();
    assertThat(connects("localhost", both.replace(first, ""))).isTrue();
  }

  @Test
  void scriptsAreWrittenForBash() throws Exception {
    for (String script :
        List.of(
            "warehouse/install",
            "warehouse/clickstream-certificate",
            "warehouse/clickstream-passwords",
            "warehouse/clickstream-metrics",
            "warehouse/clickstream-dashboards",
            "warehouse/clickstream-login",
            "oltp/install")) {
      Command.Ended ended = Command.of("bash", "-n", HOST.resolve(script).toString()).run();
      assertThat(ended.status()).as("%s: %s", script, ended.err()).isZero();
    }
  }

  private static void certificate(Path tls, Path published, String... arguments) throws Exception {
    List<String> words = new java.util.ArrayList<>();
    words.addAll(List.of("bash", HOST.resolve("warehouse/clickstream-certificate").toString()));
    words.addAll(List.of(arguments));
    Command.Ended ended =
        new Command(words, Map.of())
            .with("HOST", "warehouse.clickstream.internal")
            .with("CLICKSTREAM_TLS", tls.toString())
            .with("CLICKSTREAM_PUBLISH", "cp -t " + published)
            .run();
    assertThat(ended.status()).as("%s", ended.err()).isZero();
  }

  /** Connects as the job does: by TLS only, and with the host's name checked. */
  private static boolean connects(String host, String authorities) {
    String url = server.jdbcUrl("postgres").replace("127.0.0.1", host);
    try (Connection connection =
        new Warehouse(url, PostgresServer.USER, null, Tls.verified(authorities)).connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static void insertRun(String ago, int read, int rejected) throws SQLException {
    run(
        DATABASE,
        SqlStatement.of(WarehouseHostIT.class, "insert_finished_run")
            .with("ago", ago)
            .with("read", read)
            .with("rejected", rejected)
            .text());
  }

  private static Map<String, String> metrics() throws Exception {
    Map<String, String> metrics = new TreeMap<>();
    try (Connection connection = server.connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(Files.readString(HOST.resolve("warehouse/metrics.sql")))) {
      while (rows.next()) {
        metrics.put(rows.getString(1), rows.getString(2));
      }
    }
    return metrics;
  }

  private static Connection connect(String database, String user) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(database), user, null);
  }

  private static void runFile(String database, String user, String file)
      throws SQLException, IOException {
    try (Connection connection = connect(database, user);
        Statement statement = connection.createStatement()) {
      statement.execute(Files.readString(HOST.resolve(file)));
    }
  }

  private static void run(String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(String database, String query) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
