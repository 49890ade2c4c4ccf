package io.clickstream.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the built parts of the project are.
 *
 * @param folder the project's root
 */
public record Home(Path folder) {

  private static final String PROPERTY = "clickstream.home";

  /** Name of the folders that a Spark generation's build goes to. */
  private static final String TARGET = System.getProperty("clickstream.target", "target");

  /** The home that the launcher names, else the one around the working directory. */
  public static Home find() {
    String named = System.getProperty(PROPERTY);
    Path folder = named != null ? Path.of(named) : Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("sql/migrations"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("not inside the project: no sql/migrations here or above");
    }
    return new Home(folder);
  }

  /** The SQL of the warehouse: migrations, marts and checks. */
  public Path sql() {
    return folder.resolve("sql");
  }

  /** The class path of the S3 server: its class, then the jars of its libraries. */
  public List<Path> s3Server() {
    Path target = target("local-stack/s3-server");
    return Stream.concat(Stream.of(target.resolve("classes")), jars(target.resolve("lib")).stream())
        .toList();
  }

  /** AWS's runtime interface client, then the function's jar. */
  public List<Path> ingestLambda() {
    return Stream.concat(
            jars(target("local-stack").resolve("ric")).stream(),
            Stream.of(target("ingest-lambda").resolve("ingest-lambda.jar")))
        .toList();
  }

  private Path target(String module) {
    return folder.resolve(module).resolve(TARGET);
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " is not there: build the project first", e);
    }
  }
}
