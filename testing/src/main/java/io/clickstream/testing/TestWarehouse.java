package io.clickstream.testing;

import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A migrated warehouse on an embedded server.
 *
 * @param name the name of its database
 */
public record TestWarehouse(PostgresServer server, String name) {

  /** A role with the rights of the job that logs in with {@link #PASSWORD}. */
  public static final String LOADER = "loader";

  /** A password that tests search for in everything that a run writes. */
  public static final String PASSWORD = "wh-8Zq1-not-for-any-log";

  /** Creates a warehouse on the test JVM's server. */
  public static TestWarehouse create() throws SQLException {
    String jdbcUrl = TestWarehouses.migrated();
    return new TestWarehouse(
        TestWarehouses.server(), jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1));
  }

  /** Creates the database on a server of the test's own and migrates it. */
  public static TestWarehouse create(PostgresServer server, String name) throws SQLException {
    server.createDatabase(name);
    TestWarehouse warehouse = new TestWarehouse(server, name);
    TestWarehouses.migrate(warehouse.jdbcUrl());
    return warehouse;
  }

  /** Creates {@link #LOADER} on a server that has a migrated warehouse. */
  static void createLoader(PostgresServer server) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE ROLE " + LOADER + " LOGIN IN ROLE clickstream_etl PASSWORD '" + PASSWORD + "'");
    }
  }

  /** Returns the JDBC URL of the warehouse. */
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** Returns the ordered rows of each table as {@code COPY} writes them. */
  public Map<String, List<String>> dump() throws SQLException, IOException {
    Map<String, List<String>> dump = new LinkedHashMap<>();
    TestWarehouses.dump(jdbcUrl()).forEach((table, rows) -> dump.put(table, rows.lines().toList()));
    return dump;
  }

  /** Returns the number in the first row of a query. */
  public long number(String query) throws SQLException {
    return TestWarehouses.number(jdbcUrl(), query);
  }
}
