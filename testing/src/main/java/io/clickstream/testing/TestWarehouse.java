package io.clickstream.testing;

import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A migrated warehouse on an embedded server.
 *
 * @param name of its database
 */
public record TestWarehouse(PostgresServer server, String name) {

  /** A role that may do what the job may, and has to give {@link #PASSWORD}. */
  public static final String LOADER = "loader";

  /** Of no other use; long and odd enough to be found wherever it stands. */
  public static final String PASSWORD = "wh-8Zq1-not-for-any-log";

  /** Makes the database and brings it to the newest schema. */
  public static TestWarehouse create(PostgresServer server, String name) throws SQLException {
    server.createDatabase(name);
    TestWarehouse warehouse = new TestWarehouse(server, name);
    new Migrations(Home.find().sql()).apply(warehouse.jdbcUrl(), PostgresServer.USER, null);
    return warehouse;
  }

  /** Makes {@link #LOADER} on a server that has a migrated warehouse. */
  public static void createLoader(PostgresServer server, Path dataFolder)
      throws SQLException, IOException {
    Path rules = dataFolder.resolve("pg_hba.conf");
    Files.writeString(
        rules, "host all " + LOADER + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE ROLE " + LOADER + " LOGIN IN ROLE clickstream_etl PASSWORD '" + PASSWORD + "'");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** The ordered rows of each table, as {@code COPY} writes them. */
  public Map<String, List<String>> dump() throws SQLException, IOException {
    Map<String, List<String>> dump = new LinkedHashMap<>();
    TestWarehouses.dump(jdbcUrl()).forEach((table, rows) -> dump.put(table, rows.lines().toList()));
    return dump;
  }

  /** The only value of a query. */
  public long number(String query) throws SQLException {
    try (Connection connection = server.connect(name);
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery(query);
      row.next();
      return row.getLong(1);
    }
  }
}
