package io.clickstream.bench.job;

import io.clickstream.bench.peer.PeerColumns;
import io.clickstream.event.NameBasedUuid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

/**
 * The peer that does the same work in DuckDB and psql: reads and sessionizes by SQL, writes CSV,
 * copies it into the indexed tables in one transaction. Arguments: {@code read_json} or {@code
 * read_text}, the raw folder, a folder for the files, the database.
 */
public final class DuckDbJob {

  private DuckDbJob() {}

  /** Runs in a process of its own, with one version of DuckDB on its class path. */
  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      for (String step : script(args[0], args[1], args[2]).split("\n----\n")) {
        statement.execute(step);
      }
    }
    Process psql =
        new ProcessBuilder(
                List.of(
                    "psql",
                    "-X",
                    "-q",
                    "-1",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-d",
                    args[3],
                    "-c",
                    copy("clickstream_events", PeerColumns.EVENT, args[2] + "/events.csv"),
                    "-c",
                    copy("clickstream_sessions", PeerColumns.SESSION, args[2] + "/sessions.csv")))
            .inheritIO()
            .start();
    int status = psql.waitFor();
    if (status != 0) {
      throw new IOException("psql ended with " + status);
    }
  }

  private static String script(String reader, String root, String folder) throws IOException {
    String glob = "'" + root + "/*/*/*/*/event-*.json'";
    String raw =
        reader.equals("read_json")
            ? "SELECT filename, json FROM read_json_objects("
                + glob
                + ", format = 'unstructured', filename = true)"
            : "SELECT filename, content AS json FROM read_text(" + glob + ")";
    try (InputStream script = DuckDbJob.class.getResourceAsStream("duckdb.sql")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8)
          .replace("${raw}", raw)
          .replace("${folder}", folder)
          .replace("${namespace}", blob(NameBasedUuid.bytes(NameBasedUuid.SESSION)))
          .replace("${eventColumns}", PeerColumns.EVENT)
          .replace("${sessionColumns}", PeerColumns.SESSION);
    }
  }

  private static String blob(byte[] bytes) {
    return "'\\x" + HexFormat.ofDelimiter("\\x").formatHex(bytes) + "'";
  }

  private static String copy(String table, String columns, String file) {
    return "\\copy %s (%s) from '%s' (format csv)".formatted(table, columns, file);
  }
}
