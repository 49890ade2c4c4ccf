package io.clickstream.infra;

import java.nio.file.Path;
import java.util.Set;

/**
 * Options that change the shape of the templates.
 *
 * @param home folder of the built project, with jars and definitions
 * @param engine service that runs the job
 * @param spark Spark generation of the job
 * @param with optional stacks
 */
public record PlatformOptions(
    Path home, Engine engine, SparkGeneration spark, Set<OptionalStack> with) {

  /** Copies the set of optional stacks. */
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
