package io.clickstream.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of the project, and the places of its built parts.
 *
 * @param folder the root of the project
 */
public record Home(Path folder) {

  private static final String PROPERTY = "clickstream.home";

  /** The name of the build folders; each Spark generation has its own. */
  private static final String TARGET = System.getProperty("clickstream.target", "target");

  /** Returns the home that the launcher names, else the one around the working directory. */
  public static Home find() {
    String named = System.getProperty(PROPERTY);
    Path folder = named != null ? Path.of(named) : Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("sql/migrations"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "Cannot find the project: no sql/migrations in this folder or above."
              + " Change into the project.");
    }
    return new Home(folder);
  }

  /** Returns the folder of the SQL: migrations, marts and checks. */
  public Path sql() {
    return folder.resolve("sql");
  }

  /** Returns the class path of the S3 server: its class, then the jars of its libraries. */
  public List<Path> s3Server() {
    Path target = target("local-stack/s3-server");
    return Stream.concat(Stream.of(target.resolve("classes")), jars(target.resolve("lib")).stream())
        .toList();
  }

  /** Returns the class path of the ingest Lambda: AWS's runtime client, then the function. */
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
      throw new UncheckedIOException(
          "Cannot read " + folder + ": it is not built. Build the project.", e);
    }
  }
}
