package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.testing.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The programs that only peers need, downloaded once into {@code .clickstream/peers}: DuckDB by
 * Maven, npm packages.
 */
final class PeerPrograms {

  private static final String PEERS = ".clickstream/peers";

  private PeerPrograms() {}

  /** Returns the jars of DuckDB, whose versions are in {@code benchmarks/pom.xml}. */
  static List<Path> duckDbs(Workbench bench) throws Exception {
    Path home = Home.find().folder();
    Path jars = home.resolve(PEERS).resolve("duckdb");
    if (!Files.isDirectory(jars)) {
      Files.createDirectories(jars.getParent());
      // A download that fails leaves no incomplete folder.
      Path incomplete = Files.createTempDirectory(jars.getParent(), "duckdb-");
      String copy = "dependency:copy@duckdb";
      TimedProcess.run(
          bench,
          Command.of(
              home.resolve("mvnw").toString(),
              "-B",
              "-q",
              "-f",
              home.resolve("benchmarks/pom.xml").toString(),
              copy,
              "-Dduckdb.folder=" + incomplete));
      Files.move(incomplete, jars);
    }
    try (Stream<Path> files = Files.list(jars)) {
      return files.sorted().toList();
    }
  }

  /** Returns the path of a Node.js script, a resource of this package, next to its packages. */
  static Path node(Workbench bench, String script, String... packages) throws Exception {
    Path folder = Home.find().folder().resolve(PEERS).resolve(script.replace(".mjs", ""));
    Files.createDirectories(folder);
    // npm writes this file last.
    if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
      Stream<String> install =
          Stream.of(
              "npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", "" + folder);
      TimedProcess.run(
          bench, Command.of(Stream.concat(install, Stream.of(packages)).toArray(String[]::new)));
    }
    return Files.writeString(folder.resolve(script), Resource.text(script));
  }
}
