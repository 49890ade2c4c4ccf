package io.clickstream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * An unmodified Spark distribution of the version that this build's job jar is made for.
 *
 * @param home the folder of Spark
 * @param jobJar the jar of the job
 */
public record SparkDistribution(Path home, Path jobJar) {

  private static final String MAIN = "io.clickstream.etl.EtlMain";

  /** Returns the distribution that {@code .ci/spark-distribution} has installed. */
  public static SparkDistribution ofThisBuild() throws IOException {
    Path project = Home.find().folder();
    Path jobJar =
        project
            .resolve("etl-spark")
            .resolve(System.getProperty("clickstream.target", "target"))
            .resolve("etl-spark.jar");
    String version;
    try (JarFile jar = new JarFile(jobJar.toFile())) {
      version = jar.getManifest().getMainAttributes().getValue("Spark-Version");
    }
    Path home = project.resolve(".clickstream").resolve("spark-" + version);
    assertThat(home.resolve("bin/spark-submit"))
        .as("Spark %s; .ci/spark-distribution %1$s puts it there", version)
        .isExecutable();
    return new SparkDistribution(home, jobJar);
  }

  /** Returns the {@code spark-submit} command of the job. */
  public Command submit(String master, Map<String, String> settings, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/spark-submit").toString());
    words.addAll(List.of("--class", MAIN, "--master", master));
    settings.forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
    words.add(jobJar.toString());
    words.addAll(arguments);
    return onLoopback(words);
  }

  /** Returns the command of a Spark daemon. */
  public Command daemon(String main, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/spark-class").toString());
    words.add(main);
    words.addAll(arguments);
    return onLoopback(words).with("SPARK_DAEMON_MEMORY", "384m");
  }

  private Command onLoopback(List<String> words) {
    return new Command(words, Map.of())
        .with("JAVA_HOME", Command.javaHome().toString())
        .with("SPARK_HOME", home.toString())
        .with("SPARK_CONF_DIR", home.resolve("conf").toString())
        .with("SPARK_LOCAL_IP", "127.0.0.1");
  }

  /** Returns settings that write a readable event log to a folder. */
  public static Map<String, String> eventLog(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Map.of(
        "spark.eventLog.enabled", "true",
        "spark.eventLog.dir", folder.toUri().toString(),
        "spark.eventLog.compress", "false",
        "spark.eventLog.rolling.enabled", "false");
  }
}
