package io.clickstream.bench.job;

import java.nio.file.Path;

/**
 * A version of DuckDB and a way to read with it.
 *
 * @param jar its driver, which is all of DuckDB
 * @param reader {@code read_json} or {@code read_text}
 */
record DuckDb(Path jar, String reader) {

  int majorVersion() {
    return Integer.parseInt(version().replaceAll("\\..*", ""));
  }

  private String version() {
    return jar.getFileName().toString().replaceAll("duckdb_jdbc-|\\.jar", "");
  }

  /** Such as {@code DuckDB 1.4.4.0, read_text}. */
  @Override
  public String toString() {
    return "DuckDB " + version() + ", " + reader;
  }
}
