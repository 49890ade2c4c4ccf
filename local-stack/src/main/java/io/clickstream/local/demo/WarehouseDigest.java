package io.clickstream.local.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.PGConnection;

/** Computes a SHA-256 of the ordered rows of each table. */
final class WarehouseDigest {

  /** Selects all tables but those that describe runs. */
  private static final String TABLES =
      """
      SELECT table_name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND table_name NOT IN ('etl_runs', 'etl_hours', 'schema_version', 'flyway_schema_history')
      ORDER BY table_name
      """;

  private WarehouseDigest() {}

  /** Returns the digests by table. */
  static Map<String, String> of(Connection connection) throws SQLException, IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      ResultSet table = statement.executeQuery(TABLES);
      while (table.next()) {
        digests.put(table.getString(1), digest(connection, table.getString(1)));
      }
    }
    return digests;
  }

  private static String digest(Connection connection, String table)
      throws SQLException, IOException {
    MessageDigest sha256 = sha256();
    try (OutputStream rows = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut(
              "COPY (SELECT * FROM %1$s ORDER BY %1$s::TEXT COLLATE \"C\") TO STDOUT"
                  .formatted(table),
              rows);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "Cannot compare dumps: this Java platform has no SHA-256.", e);
    }
  }
}
