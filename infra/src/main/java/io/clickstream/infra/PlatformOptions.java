package io.clickstream.infra;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Options that change the shape of the templates.
 *
 * @param home folder of the built project, with jars and definitions
 * @param engine service that runs the job
 * @param spark Spark generation of the job
 * @param environment name of an environment beside others in the same account and region; empty for
 *     the only or the main one
 * @param with optional stacks
 */
public record PlatformOptions(
    Path home, Engine engine, SparkGeneration spark, String environment, Set<OptionalStack> with) {

  /** Names of functions and policies have limits, so an environment's name is short. */
  private static final Pattern NAME = Pattern.compile("([a-z][a-z0-9]{0,11})?");

  /** Checks the name of the environment and copies the set of optional stacks. */
  public PlatformOptions {
    if (!NAME.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "Cannot use --environment "
              + environment
              + ": a name has 1 to 12 lower-case letters and digits, a letter first.");
    }
    with = Set.copyOf(with);
  }

  Path ingestJar() {
    return home.resolve("ingest-lambda/target/ingest-lambda.jar");
  }

  Path jobJar() {
    return home.resolve("etl-spark").resolve(spark.target()).resolve("etl-spark.jar");
  }
}
