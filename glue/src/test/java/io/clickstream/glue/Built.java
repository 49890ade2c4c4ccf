package io.clickstream.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The job of this build, and the unmodified Spark that it is for: with the Scala of Glue 6.0
 * (2.13.17) or Glue 5.1 (2.12.18).
 *
 * @param home the project's folder
 * @param jobJar the job
 * @param spark Spark's folder
 */
record Built(Path home, Path jobJar, Path spark) {

  static Built find() throws IOException {
    Path home = Path.of(System.getProperty("clickstream.home"));
    Path jar =
        home.resolve("etl-spark")
            .resolve(System.getProperty("clickstream.target"))
            .resolve("etl-spark.jar");
    String version;
    try (JarFile file = new JarFile(jar.toFile())) {
      version = file.getManifest().getMainAttributes().getValue("Spark-Version");
    }
    Path spark = home.resolve(".clickstream/spark-" + version);
    assertThat(spark.resolve("jars"))
        .as("Spark %s; .ci/spark-distribution %1$s puts it there", version)
        .isDirectory();
    return new Built(home, jar, spark);
  }

  /** What Glue calls this generation. */
  String glueVersion() {
    return spark.endsWith("spark-4.1.1") ? "6.0" : "5.1";
  }

  /** The Scala of that Glue. */
  String scalaVersion() {
    return glueVersion().equals("6.0") ? "2.13.17" : "2.12.18";
  }

  /** All jars of the distribution. */
  List<Path> sparkJars() throws IOException {
    try (Stream<Path> files = Files.list(spark.resolve("jars"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
