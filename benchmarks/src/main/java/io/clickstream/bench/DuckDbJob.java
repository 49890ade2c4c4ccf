package io.clickstream.bench;

import io.clickstream.event.NameBasedUuid;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

/**
 * The peer that does the job's work in DuckDB and psql: it reads and sessionizes by SQL, writes CSV
 * files, and copies them into the indexed tables in one transaction. Runs in its own process with
 * one version of DuckDB on its class path. Arguments: {@code read_json} or {@code read_text}, raw
 * folder, folder for the files, database.
 */
public final class DuckDbJob {

  private DuckDbJob() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      for (String step : script(args[0], args[1], args[2]).split("\n----\n")) {
        statement.execute(step);
      }
    }
    List<String> words =
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
            copy("clickstream_sessions", PeerColumns.SESSION, args[2] + "/sessions.csv"));
    int status = new ProcessBuilder(words).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("psql exited with " + status);
    }
  }

  private static String script(String reader, String root, String folder) {
    String glob = "'" + root + "/*/*/*/*/event-*.json'";
    String raw =
        reader.equals("read_json")
            ? "SELECT filename, json FROM read_json_objects(%s, format = 'unstructured',"
                + " filename = true)"
            : "SELECT filename, content AS json FROM read_text(%s)";
    byte[] namespace = NameBasedUuid.bytes(NameBasedUuid.SESSION);
    return Resource.text("duckdb.sql")
        .replace("${raw}", raw.formatted(glob))
        .replace("${folder}", folder)
        .replace("${namespace}", "'\\x" + HexFormat.ofDelimiter("\\x").formatHex(namespace) + "'")
        .replace("${eventColumns}", PeerColumns.EVENT)
        .replace("${sessionColumns}", PeerColumns.SESSION);
  }

  private static String copy(String table, String columns, String file) {
    return "\\copy %s (%s) from '%s' (format csv)".formatted(table, columns, file);
  }
}
