package io.clickstream.testing;

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
 * @param environment variables of all its processes
 */
public record SparkDistribution(Path home, Path jobJar, Map<String, String> environment) {

  /** The launcher, drivers, daemons and executors read it. */
  private static final String JVM_OPTIONS = "JDK_JAVA_OPTIONS";

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
    if (!Files.isExecutable(home.resolve("bin/spark-submit"))) {
      throw new IllegalStateException(
          "Cannot find Spark %1$s. Run .ci/spark-distribution %1$s.".formatted(version));
    }
    return new SparkDistribution(home, jobJar, Map.of());
  }

  /** Returns the same distribution for runs of seconds: its JVMs start fast, as test JVMs do. */
  public SparkDistribution forShortRuns() {
    return new SparkDistribution(
        home, jobJar, Map.of(JVM_OPTIONS, "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
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
    return new Command(words, environment)
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
