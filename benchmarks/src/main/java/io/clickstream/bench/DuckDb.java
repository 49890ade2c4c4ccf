package io.clickstream.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A version of DuckDB and a way to read files with it.
 *
 * @param jar its JDBC driver, which contains DuckDB
 * @param reader {@code read_json} or {@code read_text}
 */
record DuckDb(Path jar, String reader) {

  /** Returns the candidates for the fastest. Version 2 reads many files as JSON much slower. */
  static List<DuckDb> candidates(List<Path> jars) {
    return jars.stream()
        .flatMap(jar -> Stream.of(new DuckDb(jar, "read_json"), new DuckDb(jar, "read_text")))
        .filter(duckDb -> duckDb.version().startsWith("1.") || duckDb.reader.equals("read_text"))
        .toList();
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
