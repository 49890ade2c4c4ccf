package io.clickstream.it.warehouse;

import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsIT {

  private static final Path FOLDER = Home.find().sql();
  private static final int MIGRATIONS = scripts().size();
  private static final String PUBLISHED =
      "event_id,event_timestamp,event_name,user_id,user_login_state,identity_source,client_id,"
          + "session_id,is_first_visit,context_product_id,context_product_name,"
          + "context_product_category,context_product_brand,context_product_url_path,"
          + "context_product_price,context_product_discount_price";

  /** Returns the scripts in the order in which psql runs them. */
  private static List<Path> scripts() {
    return Stream.of("migrations", "marts")
        .flatMap(
            folder -> {
              try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
                return files.sorted().toList().stream();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  @Test
  void anEmptyDatabaseIsMigratedOnce() throws SQLException {
    String jdbcUrl = TestWarehouses.empty();
    Migrations migrations = new Migrations(FOLDER);
    assertThat(migrations.apply(jdbcUrl, PostgresServer.USER, null))
        .isEqualTo(new Migrations.Outcome(MIGRATIONS, "2"));
    assertThat(migrations.apply(jdbcUrl, PostgresServer.USER, null))
        .isEqualTo(new Migrations.Outcome(0, "2"));
    assertThat(number(jdbcUrl, "SELECT max(version) FROM schema_version")).isEqualTo(2);
  }

  @Test
  void aDatabaseThatPsqlMigratedIsBaselined() throws Exception {
    String jdbcUrl = TestWarehouses.empty();
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (Path script : scripts()) {
        statement.execute(Files.readString(script));
      }
      connection.commit();
    }
    // Only the repeatable migrations are applied again.
    assertThat(new Migrations(FOLDER).apply(jdbcUrl, PostgresServer.USER, null).applied())
        .isEqualTo(MIGRATIONS - 2);
  }

  @Test
  void aRoleThatOwnsTheDatabaseCanMigrateAndLoad() throws Exception {
    TestWarehouses.migrated(); // The server has the roles from another warehouse.
    String name = "dw_of_a_plain_role";
    PostgresServer server = TestWarehouses.server();
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE migrator LOGIN");
      statement.execute("GRANT clickstream_owner TO migrator");
      statement.execute("CREATE DATABASE " + name + " OWNER migrator");
    }
    TestWarehouses.letLogIn(server, "migrator");
    assertThat(new Migrations(FOLDER).apply(server.jdbcUrl(name), "migrator", null).applied())
        .isEqualTo(MIGRATIONS);
  }

  @Test
  void anUnreachableServerIsReportedInOneLine() {
    assertThatThrownBy(
            () -> new Migrations(FOLDER).apply("jdbc:postgresql://127.0.0.1:1/dw", "x", null))
        .isInstanceOf(Migrations.MigrationException.class)
        .hasMessageStartingWith("Cannot connect to the warehouse: ")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void everyTableAndColumnHasAComment() throws SQLException {
    String jdbcUrl = TestWarehouses.migrated();
    assertThat(text(jdbcUrl, SqlStatement.of(getClass(), "uncommented_columns").text())).isNull();
  }

  @Test
  void thePublishedColumnsComeFirstAndTheJobKnowsTheOthers() throws SQLException {
    String jdbcUrl = TestWarehouses.migrated();
    assertThat(columns(jdbcUrl, "clickstream_events")).startsWith(PUBLISHED + ",");
    assertThat(columns(jdbcUrl, "clickstream_events").split(","))
        .containsExactlyInAnyOrderElementsOf(
            Columns.STORED_EVENT.and(Columns.EVENT_SESSION.all().get(1)).names());
    assertThat(columns(jdbcUrl, "event_details")).startsWith(PUBLISHED + ",");
    assertThat(columns(jdbcUrl, "event_details").split(","))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Columns.PARSED_EVENT.names().stream().filter(name -> !isInternal(name)),
                    Stream.of("session_key"))
                .toList());
    // PostgreSQL computes the day, whose time zone data decide, and the channel.
    assertThat(columns(jdbcUrl, "clickstream_sessions").replace(",session_date,", ","))
        .isEqualTo(
            String.join(",", Columns.SESSION.names()) + ",source,medium,default_channel_group");
  }

  /** Returns true for the columns by which an event is put together. */
  private static boolean isInternal(String column) {
    return column.startsWith("raw_") && !column.equals("raw_object_key")
        || List.of("page_id", "referrer_id", "agent_id", "element_id").contains(column)
        || List.of("page_address", "page_query", "client_properties").contains(column);
  }

  @Test
  void allTextOrdersByItsBytes() throws SQLException {
    String jdbcUrl = TestWarehouses.migrated();
    assertThat(text(jdbcUrl, SqlStatement.of(getClass(), "columns_with_other_collation").text()))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO schema_version VALUES (99, 'x')",
        "DELETE FROM clickstream_events",
        "UPDATE clickstream_sessions SET event_count = 0",
        "CREATE TABLE mine ()",
        "CREATE FUNCTION mine() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE clickstream_staging.mine ()",
        "CREATE TABLE mart_definitions.mine ()",
        "CREATE SCHEMA mine",
        "DELETE FROM etl_quarantine",
        "SELECT FROM etl_erased_ids",
        "SELECT rebuild_marts()",
        "SELECT start_closing(now())",
        // Whatever could stop a load.
        "SELECT FROM etl_lock",
        "SELECT FROM etl_lock FOR UPDATE",
        "DO 'BEGIN LOCK TABLE etl_lock IN ACCESS SHARE MODE; END'",
        "SELECT FROM warehouse_settings FOR UPDATE",
        "SELECT FROM clickstream_events FOR KEY SHARE",
        "DO 'BEGIN LOCK TABLE clickstream_events IN SHARE MODE; END'",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_advisory_lock_shared(1, 2)",
        "SELECT pg_try_advisory_xact_lock(1)",
        // Whatever writes to the server's disk, or reads it.
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_put(1, 0, 'x')",
        "SELECT pg_logical_emit_message(FALSE, 'x', 'x')",
        "SELECT pg_logical_emit_message(TRUE, 'x', 'x'::BYTEA)",
        "COPY clickstream_events TO '/tmp/events'",
        "COPY clickstream_events TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
      })
  void readersOnlyRead(String sql) throws SQLException {
    String jdbcUrl = TestWarehouses.migrated();
    assertThat(number(jdbcUrl, "SELECT count(*) FROM clickstream_events")).isZero();
    assertRefused(jdbcUrl, "clickstream_reader", sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE mine ()",
        "DROP TABLE clickstream_events",
        "ALTER TABLE clickstream_events ADD COLUMN x INT",
        "DELETE FROM etl_runs",
        "DELETE FROM etl_erasures",
        "DELETE FROM etl_closings",
        "DELETE FROM etl_erased_ids",
        "UPDATE etl_erased_ids SET id = 'x'",
        "UPDATE warehouse_settings SET price_scale = 3",
        "INSERT INTO schema_version VALUES (99, 'x')",
        "TRUNCATE clickstream_events",
        "DELETE FROM etl_lock",
        "INSERT INTO etl_lock VALUES (TRUE)",
        "SELECT lo_create(0)",
        "COPY clickstream_events TO PROGRAM 'cat'",
        "CREATE ROLE mine",
      })
  void theJobCreatesTablesInStagingOnlyAndNeverUpdatesItsLedger(String sql) throws SQLException {
    assertRefused(TestWarehouses.migrated(), "clickstream_etl", sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "COPY schema_version TO PROGRAM 'cat'",
        "SELECT lo_create(0)",
      })
  void migrationsOwnTheWarehouseAndNotTheServer(String sql) throws SQLException {
    assertRefused(TestWarehouses.migrated(), "clickstream_owner", sql);
  }

  /** A copy of a database has not its rights, so this one is migrated itself. */
  @ParameterizedTest
  @ValueSource(strings = {"clickstream_reader", "clickstream_etl"})
  void nobodyCreatesTemporaryTables(String role) throws SQLException {
    String jdbcUrl = TestWarehouses.empty();
    TestWarehouses.migrate(jdbcUrl);
    assertRefused(jdbcUrl, role, "CREATE TEMPORARY TABLE mine ()");
  }

  private static void assertRefused(String jdbcUrl, String role, String sql) throws SQLException {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + role);
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOf(SQLException.class)
          .extracting(thrown -> ((SQLException) thrown).getSQLState())
          .as("insufficient privilege")
          .isEqualTo("42501");
    }
  }

  private static String columns(String jdbcUrl, String table) throws SQLException {
    return text(
        jdbcUrl,
        "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '"
            + table
            + "'::regclass AND attnum > 0");
  }
}
