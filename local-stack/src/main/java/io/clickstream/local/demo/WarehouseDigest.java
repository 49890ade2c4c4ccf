package io.clickstream.local.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.PGConnection;

/** What the warehouse holds, byte for byte: a SHA-256 of each table's ordered rows. */
final class WarehouseDigest {

  private static final Map<String, String> TABLES = tables();

  private WarehouseDigest() {}

  private static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("clickstream_events", "event_id");
    tables.put("clickstream_sessions", "session_key");
    tables.put("duplicate_records", "object_key");
    tables.put("rejected_records", "object_key");
    tables.put("warehouse_settings", "only_row");
    return tables;
  }

  /** The digest of each table. */
  static Map<String, String> of(Connection connection) throws SQLException, IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      MessageDigest sha256 = sha256();
      try (OutputStream rows = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT * FROM %s ORDER BY %s) TO STDOUT"
                    .formatted(table.getKey(), table.getValue()),
                rows);
      }
      digests.put(table.getKey(), HexFormat.of().formatHex(sha256.digest()));
    }
    return digests;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
