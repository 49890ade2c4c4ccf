package io.clickstream.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The job's jar of this build and the unmodified Spark of its generation, with the Scala version of
 * Glue 6.0 (2.13.17) or Glue 5.1 (2.12.18).
 *
 * @param home folder of the project
 * @param jobJar jar of the job
 * @param spark folder of the Spark distribution
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

  /** Returns the Glue version of this generation. */
  String glueVersion() {
    return spark.endsWith("spark-4.1.1") ? "6.0" : "5.1";
  }

  /** Returns the Scala version of that Glue version. */
  String scalaVersion() {
    return glueVersion().equals("6.0") ? "2.13.17" : "2.12.18";
  }

  /** Returns all jars of the Spark distribution. */
  List<Path> sparkJars() throws IOException {
    try (Stream<Path> files = Files.list(spark.resolve("jars"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
