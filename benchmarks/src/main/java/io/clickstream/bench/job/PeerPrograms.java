package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Launch;
import io.clickstream.servers.Home;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the peers need and nobody else: DuckDB by Maven, two npm packages. Fetched once, into the
 * folder where {@code ./clickstream} keeps what it makes.
 */
final class PeerPrograms {

  /** Versions stand in the POM. */
  private static final String MAVEN_COPY = "dependency:copy@duckdb";

  private static final List<String> NPM_PACKAGES =
      List.of("pg@8.16.3", "@aws-sdk/client-s3@3.1000.0");

  private final Path scratch;
  private final Path home;
  private final Path folder;

  /**
   * @param scratch for what fetching says
   */
  PeerPrograms(Path scratch) throws IOException {
    this.scratch = scratch;
    this.home = Home.find().folder();
    this.folder = Files.createDirectories(home.resolve(".clickstream/peers"));
  }

  /** The ways with DuckDB that could be fastest: 2.x reads many files as JSON much slower. */
  List<DuckDb> duckDbs() throws IOException {
    Path drivers = folder.resolve("duckdb");
    if (!Files.isDirectory(drivers)) {
      // Whole or not at all: a fetch may break off.
      Path fetched = Files.createTempDirectory(folder, "duckdb-");
      ChildProcess.run(
          scratch,
          new Launch(
              List.of(
                  home.resolve("mvnw").toString(),
                  "-f",
                  home.resolve("benchmarks/pom.xml").toString(),
                  "-B",
                  "-q",
                  MAVEN_COPY,
                  "-Dduckdb.folder=" + fetched),
              Map.of()));
      Files.move(fetched, drivers);
    }
    try (Stream<Path> jars = Files.list(drivers)) {
      return jars.sorted()
          .flatMap(jar -> Stream.of(new DuckDb(jar, "read_json"), new DuckDb(jar, "read_text")))
          .filter(way -> !(way.majorVersion() >= 2 && way.reader().equals("read_json")))
          .toList();
    }
  }

  /** The replaced ETL, beside its packages. */
  Path replacedEtl() throws IOException {
    Path node = Files.createDirectories(folder.resolve("node"));
    // What npm writes last.
    if (!Files.exists(node.resolve("node_modules/.package-lock.json"))) {
      List<String> install = new ArrayList<>();
      install.addAll(List.of("npm", "install", "--no-audit", "--no-fund", "--silent"));
      install.addAll(List.of("--prefix", node.toString()));
      install.addAll(NPM_PACKAGES);
      ChildProcess.run(scratch, new Launch(install, Map.of()));
    }
    Path script = node.resolve("replaced-etl.mjs");
    try (InputStream program = PeerPrograms.class.getResourceAsStream("replaced-etl.mjs")) {
      Files.write(script, program.readAllBytes());
    }
    return script;
  }
}
