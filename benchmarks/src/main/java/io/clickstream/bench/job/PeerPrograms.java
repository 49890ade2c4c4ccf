package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.local.Home;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the peers need and nobody else: DuckDB by Maven, two npm packages. Fetched once, into the
 * folder where {@code ./clickstream} keeps what it makes.
 */
final class PeerPrograms {

  private static final String MAVEN_COPY =
      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";
  private static final List<String> NPM_PACKAGES =
      List.of("pg@8.16.3", "@aws-sdk/client-s3@3.1000.0");

  private final Path scratch;
  private final Path folder;

  /**
   * @param scratch for what fetching says
   */
  PeerPrograms(Path scratch) throws IOException {
    this.scratch = scratch;
    folder = Files.createDirectories(Home.find().folder().resolve(".clickstream/peers"));
  }

  /** DuckDB's driver, which is all of DuckDB. */
  Path duckDb(String version) throws IOException {
    Path jar = folder.resolve("duckdb_jdbc-" + version + ".jar");
    if (!Files.exists(jar)) {
      ChildProcess.run(
          scratch,
          List.of(
              Home.find().folder().resolve("mvnw").toString(),
              "-f",
              Home.find().folder().resolve("pom.xml").toString(),
              "-B",
              "-q",
              "-N",
              MAVEN_COPY,
              "-Dartifact=org.duckdb:duckdb_jdbc:" + version,
              "-DoutputDirectory=" + folder),
          Map.of());
    }
    return jar;
  }

  /** The replaced ETL, beside its packages. */
  Path replacedEtl() throws IOException {
    Path node = Files.createDirectories(folder.resolve("node"));
    if (!Files.isDirectory(node.resolve("node_modules/pg"))) {
      List<String> install = new ArrayList<>();
      install.addAll(List.of("npm", "install", "--no-audit", "--no-fund", "--silent"));
      install.addAll(List.of("--prefix", node.toString()));
      install.addAll(NPM_PACKAGES);
      ChildProcess.run(scratch, install, Map.of());
    }
    Path script = node.resolve("replaced-etl.mjs");
    try (InputStream program = PeerPrograms.class.getResourceAsStream("replaced-etl.mjs")) {
      Files.write(script, program.readAllBytes());
    }
    return script;
  }
}
