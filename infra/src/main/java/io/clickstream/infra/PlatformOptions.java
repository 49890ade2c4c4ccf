package io.clickstream.infra;

import java.nio.file.Path;
import java.util.Set;

/**
 * What changes the templates' shape.
 *
 * @param home the project's folder, built: jars and definitions are taken from there
 * @param engine where the job runs
 * @param spark which build of the job
 * @param with optional stacks
 */
public record PlatformOptions(
    Path home, Engine engine, SparkGeneration spark, Set<OptionalStack> with) {

  /** Copies the set. */
  public PlatformOptions {
    with = Set.copyOf(with);
  }

  Path ingestJar() {
    return home.resolve("ingest-lambda/target/ingest-lambda.jar");
  }

  Path jobJar() {
    return home.resolve("etl-spark").resolve(spark.target()).resolve("etl-spark.jar");
  }
}
