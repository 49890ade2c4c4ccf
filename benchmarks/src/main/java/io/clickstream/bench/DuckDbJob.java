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
 * DuckDB on its class path. Arguments: raw folder, folder for the files, database.
 */
public final class DuckDbJob {

  private DuckDbJob() {}

  public static void main(String[] args) throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      for (String step : script(args[0], args[1]).split("\n----\n")) {
        statement.execute(step);
      }
    }
    List<String> words =
        List.of(
            "psql",
            "-Xq1",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            args[2],
            "-c",
            copy(PeerColumns.EVENT_TABLE, PeerColumns.EVENT, args[1] + "/events.csv"),
            "-c",
            copy("clickstream_sessions", PeerColumns.SESSION, args[1] + "/sessions.csv"));
    int status = new ProcessBuilder(words).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("psql exited with " + status);
    }
  }

  private static String script(String root, String folder) {
    String raw =
        "SELECT filename, json FROM read_json_objects('%s/*/*/*/*/event-*.json',"
            + " format = 'unstructured', filename = true)";
    byte[] namespace = NameBasedUuid.bytes(NameBasedUuid.SESSION);
    return Resource.text("duckdb.sql")
        .replace("${raw}", raw.formatted(root))
        .replace("${folder}", folder)
        .replace("${namespace}", "'\\x" + HexFormat.ofDelimiter("\\x").formatHex(namespace) + "'")
        .replace("${eventColumns}", PeerColumns.EVENT)
        .replace("${sessionColumns}", PeerColumns.SESSION);
  }

  private static String copy(String table, String columns, String file) {
    return "\\copy %s (%s) from '%s' (format csv)".formatted(table, columns, file);
  }
}
