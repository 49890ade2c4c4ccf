package io.clickstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs a method by JMH in a JVM of its own; in a test, in this JVM.
 *
 * @param settings system properties of that JVM, among them Spark's settings
 * @param parameters values of the state's parameters
 */
record Jmh(Workbench bench, Map<String, String> settings, Map<String, String> parameters) {

  /** Adds the parameters of {@link SparkState}. */
  static Jmh of(Workbench bench, String master, RawHours hours, int events) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("master", master);
    parameters.put("root", hours.root().toString());
    parameters.put("start", hours.start().toString());
    parameters.put("count", Integer.toString(hours.count()));
    parameters.put("events", Integer.toString(events));
    return new Jmh(bench, new HashMap<>(), parameters);
  }

  /** Returns the mean seconds of the measured iterations. */
  double seconds(Class<?> state, String method, int warmUps, int iterations, String... javaOptions)
      throws Exception {
    Path log = Files.createTempFile(bench.folder(), "jmh-", ".log");
    String[] options =
        Stream.concat(
                settings.entrySet().stream().map(s -> "-D" + s.getKey() + "=" + s.getValue()),
                Stream.of(javaOptions))
            .toArray(String[]::new);
    ChainedOptionsBuilder builder =
        new OptionsBuilder()
            .include(state.getName() + "\\." + method + "$")
            .forks(bench.isTest() ? 0 : 1)
            .jvmArgsAppend(options)
            .warmupIterations(warmUps)
            .measurementIterations(iterations)
            .shouldFailOnError(true)
            .output(log.toString());
    parameters.forEach((name, value) -> builder.param(name, value));
    if (bench.isTest()) {
      settings.forEach(System::setProperty);
    }
    try {
      return new Runner(builder.build()).runSingle().getPrimaryResult().getScore();
    } catch (RunnerException e) {
      throw new IOException("JMH failed on " + method + ": " + reason(log), e);
    } finally {
      if (bench.isTest()) {
        settings.keySet().forEach(System::clearProperty);
      }
    }
  }

  private static String reason(Path log) throws Exception {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.matches(".*(Exception|Error).*")).findFirst().orElse("");
    }
  }
}
