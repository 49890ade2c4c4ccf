package io.clickstream.testing;

import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/** One PostgreSQL server for a test JVM, with a fresh warehouse for whoever asks. */
public final class TestWarehouses {

  /** Every table but the ledger and the schema's versions, with its primary key. */
  private static final String TABLES =
      """
      SELECT class.relname, (
        SELECT string_agg(attname, ', ' ORDER BY array_position(indkey::int2[], attnum))
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = class.oid AND indisprimary)
      FROM pg_class class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname NOT LIKE 'etl\\_%' AND relname NOT IN ('schema_version', 'flyway_schema_history')
      ORDER BY relname COLLATE "C"
      """;

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static PostgresServer server;

  private TestWarehouses() {}

  public static synchronized PostgresServer server() {
    if (server == null) {
      try {
        Path folder = Files.createTempDirectory("clickstream-it-");
        ProcessReaper lifeline = new ProcessReaper();
        server = new PostgresServer(folder.resolve("postgresql"), 0, false, lifeline);
        // Never closed: the lifeline stops the server and removes its data when this JVM ends.
        lifeline.guard(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  /** JDBC URL of a new database without any table. */
  public static String empty() throws SQLException {
    String name = "dw_" + NEXT.incrementAndGet();
    server().createDatabase(name);
    return server().jdbcUrl(name);
  }

  /** JDBC URL of a new warehouse. */
  public static String migrated() throws SQLException {
    String jdbcUrl = empty();
    migrate(jdbcUrl);
    return jdbcUrl;
  }

  /** Brings a database to the newest schema. */
  public static void migrate(String jdbcUrl) throws SQLException {
    new Migrations(Home.find().sql()).apply(jdbcUrl, PostgresServer.USER, null);
  }

  public static Connection connect(String jdbcUrl) throws SQLException {
    return DriverManager.getConnection(jdbcUrl, PostgresServer.USER, null);
  }

  public static long number(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  public static String text(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      return row.next() ? row.getString(1) : null;
    }
  }

  /** The ordered dump of each table that the promise speaks of, all at one instant. */
  public static Map<String, String> dump(String jdbcUrl) throws SQLException, IOException {
    Map<String, String> dumps = new LinkedHashMap<>();
    try (Connection connection = connect(jdbcUrl)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      for (Map.Entry<String, String> table : tables(connection).entrySet()) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT * FROM %s ORDER BY %s) TO STDOUT"
                    .formatted(table.getKey(), table.getValue()),
                rows);
        dumps.put(table.getKey(), rows.toString(StandardCharsets.UTF_8));
      }
    }
    return dumps;
  }

  private static Map<String, String> tables(Connection connection) throws SQLException {
    Map<String, String> tables = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(TABLES)) {
      ResultSet row = query.executeQuery();
      while (row.next()) {
        tables.put(
            row.getString(1),
            Objects.requireNonNull(row.getString(2), row.getString(1) + " has no primary key"));
      }
    }
    return tables;
  }
}
