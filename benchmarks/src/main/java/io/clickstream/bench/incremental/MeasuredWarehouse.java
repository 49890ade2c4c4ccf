package io.clickstream.bench.incremental;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.load.LedgerRow;
import io.clickstream.etl.load.LedgerRow.Count;
import io.clickstream.local.Home;
import io.clickstream.local.Migrations;
import io.clickstream.local.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A warehouse that the real job loads.
 *
 * @param name of its database
 */
record MeasuredWarehouse(PostgresServer server, String name) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Makes the database and its tables. */
  static MeasuredWarehouse create(PostgresServer server, String name) throws SQLException {
    server.createDatabase(name);
    new Migrations(Home.find().migrations()).apply(server.jdbcUrl(name), PostgresServer.USER, null);
    return new MeasuredWarehouse(server, name);
  }

  /**
   * A run of the job.
   *
   * @param seconds from its arguments to its result, as a clock on the wall shows it
   */
  record Run(double seconds, LedgerRow ledger) {

    /** Stored rows that were read for a new event. */
    double neighboursPerEvent() {
      return (double) ledger.get(Count.NEIGHBOUR_ROWS_READ) / ledger.get(Count.INSERTED);
    }
  }

  /** Loads whole hours. */
  Run load(RawObjects objects, Instant from, Duration length) throws IOException {
    String[] arguments = {
      "--raw", objects.root().toUri().toString(),
      "--from", hour(from),
      "--to", hour(from.plus(length)),
      "--jdbc-url", server.jdbcUrl(name),
      "--db-user", PostgresServer.USER,
    };
    long startedAt = System.nanoTime();
    LedgerRow ledger = EtlMain.run(arguments, Map.of(), line -> {}).total();
    return new Run((System.nanoTime() - startedAt) / NANOS_PER_SECOND, ledger);
  }

  private static String hour(Instant at) {
    return at.toString().substring(0, "2026-11-22T13".length());
  }

  Connection connect() throws SQLException {
    return server.connect(name);
  }

  /** The only value of a query. */
  long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery(query);
      row.next();
      return row.getLong(1);
    }
  }

  /** Leaves nothing for the server to do in the background. */
  void settle() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM ANALYZE");
      statement.execute("CHECKPOINT");
    }
  }
}
