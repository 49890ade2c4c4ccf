package io.clickstream.bench;

import io.clickstream.servers.Home;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a program is started.
 *
 * @param words of its command line
 * @param environment what differs from ours
 */
public record Launch(List<String> words, Map<String, String> environment) {

  private static final String NO_BUILD = "CLICKSTREAM_NO_BUILD";

  public Launch {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /**
   * The job as people start it: {@code ./clickstream etl}.
   *
   * @param master Spark's
   * @param settings of Spark
   * @param javaOptions besides those of the script
   */
  public static Launch etl(
      String master, Map<String, String> settings, String javaOptions, List<String> arguments) {
    return script(master, settings, Map.of("CLICKSTREAM_JAVA_OPTS", javaOptions), arguments);
  }

  /**
   * Another main class in the job's place: the same script, flags and class path, and the
   * benchmarks' classes.
   */
  public static Launch inPlaceOfTheJob(
      Class<?> main, String master, Map<String, String> settings, String javaOptions) {
    return script(
        master,
        settings,
        Map.of("CLICKSTREAM_MAIN", main.getName(), "CLICKSTREAM_JAVA_OPTS", javaOptions),
        List.of());
  }

  private static Launch script(
      String master,
      Map<String, String> settings,
      Map<String, String> environment,
      List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Home.find().folder().resolve("clickstream").toString());
    words.addAll(List.of("etl", "--master", master));
    settings.forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
    words.addAll(arguments);
    return new Launch(words, environment);
  }

  ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put(NO_BUILD, "yes");
    builder.environment().putAll(environment);
    // Whatever distribution is installed here, all measure the embedded one.
    builder.environment().remove("SPARK_HOME");
    return builder;
  }

  /** The program's name. */
  @Override
  public String toString() {
    return environment.getOrDefault("CLICKSTREAM_MAIN", String.join(" ", words));
  }
}
