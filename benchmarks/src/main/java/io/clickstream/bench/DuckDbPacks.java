package io.clickstream.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * The peer that reads packs in DuckDB and parses their objects into the columns of {@link
 * PeerColumns#PARSED}. Runs in its own process with DuckDB on its class path. Arguments: raw
 * folder, rounds that are not measured, measured rounds. Prints the mean of the seconds.
 */
public final class DuckDbPacks {

  private static final double NANOS_PER_SECOND = 1e9;

  private DuckDbPacks() {}

  public static void main(String[] args) throws Exception {
    int warmUps = Integer.parseInt(args[1]);
    int rounds = Integer.parseInt(args[2]);
    String[] script =
        Resource.text("duckdb.sql")
            .replace(
                "${raw}",
                "SELECT key AS filename, CAST(decode(body) AS JSON) AS json FROM read_parquet('"
                    + args[0]
                    + "/*/*/*/*/pack-*.parquet')")
            .split("\n----\n");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      statement.execute(script[0]);
      double seconds = 0;
      for (int round = 0; round < warmUps + rounds; round++) {
        long startedAt = System.nanoTime();
        statement.execute(script[1]);
        seconds += round < warmUps ? 0 : (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
        statement.execute("DROP TABLE parsed");
      }
      System.out.println(seconds / rounds);
    }
  }
}
