package io.clickstream.it.promise;

import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The warehouse of one trial. */
record PromiseWarehouse(String name) implements AutoCloseable {

  /** The default order of text in a database. */
  enum Collation {
    BYTES("LOCALE 'C' LOCALE_PROVIDER libc"),
    /**
     * As people sort file names: digits by their value, upper-case letters beside lower-case ones.
     */
    DICTIONARY("LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US-u-kn-true'");

    private final String clause;

    Collation(String clause) {
      this.clause = clause;
    }
  }

  private static final AtomicInteger NEXT = new AtomicInteger();

  static PromiseWarehouse create(Collation collation) throws SQLException {
    PromiseWarehouse warehouse = new PromiseWarehouse("promise_" + NEXT.incrementAndGet());
    TestWarehouses.create(warehouse.name, collation.clause);
    if (collation == Collation.DICTIONARY) {
      // PostgreSQL then merges rows in the order of their keys, as in a large warehouse.
      TestWarehouses.execute(
          "ALTER DATABASE " + warehouse.name + " SET effective_cache_size = '8kB'");
    }
    return warehouse;
  }

  String jdbcUrl(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
  }

  /** Returns the job's arguments for this warehouse, through a port. */
  List<String> arguments(int port) {
    return List.of("--jdbc-url", jdbcUrl(port), "--db-user", PostgresServer.USER);
  }

  List<String> arguments() {
    return arguments(TestWarehouses.server().port());
  }

  private Connection connect() throws SQLException {
    return TestWarehouses.server().connect(name);
  }

  Map<String, String> dump() throws SQLException, IOException {
    return TestWarehouses.dump(jdbcUrl(TestWarehouses.server().port()));
  }

  WarehouseRows rows() throws SQLException {
    try (Connection connection = connect()) {
      return WarehouseRows.read(connection);
    }
  }

  /** Returns the checks that do not hold, each with a row that shows why. */
  List<String> violations() throws SQLException {
    return Checks.run(warehouse(), finding -> {}).stream()
        .filter(finding -> !finding.holds())
        .map(Checks.Finding::toString)
        .toList();
  }

  /** Closes the period before an instant. */
  void close(Instant end, Consumer<ClosePeriod.Step> beforeCommit) {
    new ClosePeriod(warehouse(), line -> {}, beforeCommit).close(connection -> end);
  }

  /** Returns the begin of a random reporting day that ends a period to close, or null. */
  Instant endOfAPeriod(Random random, Instant after) throws SQLException {
    List<String> days = texts(SqlStatement.of(PromiseWarehouse.class, "ends_of_periods").text());
    List<Instant> ends =
        days.stream().map(Instant::parse).filter(end -> end.isAfter(after)).toList();
    return ends.isEmpty() ? null : ends.get(random.nextInt(ends.size()));
  }

  boolean isClosedBefore(Instant end) throws SQLException {
    return texts("SELECT (closed_before = '" + end + "')::TEXT FROM warehouse_settings")
        .contains("true");
  }

  private Warehouse warehouse() {
    return new Warehouse(jdbcUrl(TestWarehouses.server().port()), PostgresServer.USER, null, null);
  }

  /** Returns the hours that an earlier run left incomplete. */
  List<Instant> incompleteHours() throws SQLException {
    List<Instant> hours = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT hour FROM etl_hours WHERE NOT complete");
      while (row.next()) {
        hours.add(row.getObject(1, OffsetDateTime.class).toInstant());
      }
    }
    return hours;
  }

  /** Lets inserts of events fail whose record is in one of these objects; of no other. */
  void refuseEventsOf(List<String> objectKeys) throws SQLException {
    String refused =
        objectKeys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          SqlStatement.of(PromiseWarehouse.class, "refuse_event").with("refused", refused).text());
    }
  }

  List<String> quarantinedObjects() throws SQLException {
    return texts("SELECT object_key FROM etl_quarantine");
  }

  List<String> stagingTables() throws SQLException {
    return texts("SELECT tablename FROM pg_tables WHERE schemaname = 'clickstream_staging'");
  }

  /** Returns the ledger's statements that contradict each other or the tables. */
  List<String> ledgerFaults() throws SQLException {
    return texts(SqlStatement.of(PromiseWarehouse.class, "ledger_faults").text());
  }

  /** Ends the server's side of all connections. */
  void endBackends() throws IOException {
    try {
      TestWarehouses.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** Waits until the server has ended the connections of a run that died. */
  void awaitIdle() throws Exception {
    Eventually.holds("no connection to " + name + " is left", () -> backends().isEmpty());
  }

  private List<String> backends() throws SQLException {
    return texts(
        """
        SELECT state || ': ' || query FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND backend_type = 'client backend'""");
  }

  private List<String> texts(String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery(query);
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  @Override
  public void close() throws SQLException {
    TestWarehouses.execute("DROP DATABASE " + name + " WITH (FORCE)");
  }
}
