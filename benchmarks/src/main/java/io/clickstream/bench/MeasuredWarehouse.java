package io.clickstream.bench;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A warehouse that the real job loads.
 *
 * @param name of its database
 */
public record MeasuredWarehouse(PostgresServer server, String name) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Makes the database and its tables. */
  public static MeasuredWarehouse create(PostgresServer server, String name) throws SQLException {
    server.createDatabase(name);
    new Migrations(Home.find().sql()).apply(server.jdbcUrl(name), PostgresServer.USER, null);
    return new MeasuredWarehouse(server, name);
  }

  /**
   * A run of the job.
   *
   * @param seconds from its arguments to its result, as a clock on the wall shows it
   */
  public record Run(double seconds, LedgerRow ledger) {

    /** Stored rows that were read for a new event. */
    public double neighboursPerEvent() {
      return (double) ledger.get(Count.CONTEXT_ROWS_READ) / ledger.get(Count.INSERTED);
    }
  }

  /** Loads whole hours. */
  public Run load(RawObjects objects, Instant from, Duration length) throws IOException {
    String[] arguments = arguments(objects.root().toUri(), from, length).toArray(String[]::new);
    long startedAt = System.nanoTime();
    LedgerRow ledger = EtlMain.run(arguments, Map.of(), line -> {}).total();
    return new Run((System.nanoTime() - startedAt) / NANOS_PER_SECOND, ledger);
  }

  /** What the job is told to load whole hours into this warehouse. */
  public List<String> arguments(URI raw, Instant from, Duration length) {
    return List.of(
        "--raw", raw.toString(),
        "--from", EtlOptions.hour(from),
        "--to", EtlOptions.hour(from.plus(length)),
        "--jdbc-url", server.jdbcUrl(name),
        "--db-user", PostgresServer.USER);
  }

  /** Removes the database. */
  public void drop() throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  /** A connection as the superuser. */
  public Connection connect() throws SQLException {
    return server.connect(name);
  }

  /** The only value of a query. */
  public long number(String query) throws SQLException {
    return Long.parseLong(text(query));
  }

  /** Likewise. */
  public String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery(query);
      row.next();
      return row.getString(1);
    }
  }

  /** How many rows a table has, and what its columns come to, whatever the rows' order. */
  public String digest(String table, String columns) throws SQLException {
    return text(
        "SELECT count(*) || ' ' || sum(hashtextextended(ROW(%s)::text, 0)::numeric) FROM %s"
            .formatted(columns, table));
  }

  /** Leaves nothing for the server to do in the background. */
  public void settle() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM ANALYZE");
      statement.execute("CHECKPOINT");
    }
  }
}
