package io.clickstream.local;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/** One PostgreSQL server for a test JVM, with a fresh warehouse for whoever asks. */
final class TestWarehouses {

  /** Every table but the ledger, with its primary key: what the promise speaks of. */
  static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("clickstream_events", "event_id");
    TABLES.put("clickstream_sessions", "session_key");
    TABLES.put("duplicate_records", "object_key");
    TABLES.put("rejected_records", "object_key");
    TABLES.put("traffic_hourly", "hour");
    TABLES.put("warehouse_settings", "only_row");
  }

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static PostgresServer server;

  private TestWarehouses() {}

  static synchronized PostgresServer server() {
    if (server == null) {
      try {
        Path folder = Files.createTempDirectory("clickstream-it-");
        Lifeline lifeline = new Lifeline();
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
  static String empty() throws SQLException {
    String name = "dw_" + NEXT.incrementAndGet();
    server().createDatabase(name);
    return server().jdbcUrl(name);
  }

  /** JDBC URL of a new warehouse. */
  static String migrated() throws SQLException {
    String jdbcUrl = empty();
    new Migrations(Home.find().migrations()).apply(jdbcUrl, PostgresServer.USER, null);
    return jdbcUrl;
  }

  static Connection connect(String jdbcUrl) throws SQLException {
    return DriverManager.getConnection(jdbcUrl, PostgresServer.USER, null);
  }

  static long number(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  static String text(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      return row.next() ? row.getString(1) : null;
    }
  }

  /** The ordered dump of each table. */
  static Map<String, String> dump(String jdbcUrl) throws SQLException, IOException {
    Map<String, String> dumps = new LinkedHashMap<>();
    try (Connection connection = connect(jdbcUrl)) {
      for (Map.Entry<String, String> table : TABLES.entrySet()) {
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
}
