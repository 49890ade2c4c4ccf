package io.clickstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs methods by JMH, each in a JVM of its own; in a test, in this JVM. */
final class Jmh {

  private Jmh() {}

  /** Returns the mean seconds of a method. The JVM compiles up to a level; the job's level is 1. */
  static double seconds(
      Workbench bench,
      Class<?> state,
      String method,
      Map<String, String> properties,
      int compilers,
      int warmUps,
      int iterations)
      throws Exception {
    Path log = Files.createTempFile(bench.folder(), "jmh-", ".log");
    Stream<String> options =
        properties.entrySet().stream().map(p -> "-D" + p.getKey() + "=" + p.getValue());
    OptionsBuilder builder = new OptionsBuilder();
    builder
        .include(state.getName() + "\\." + method + "$")
        .forks(bench.isTest() ? 0 : 1)
        .jvmArgsAppend(
            Stream.concat(options, Stream.of("-XX:TieredStopAtLevel=" + compilers))
                .toArray(String[]::new))
        .warmupIterations(warmUps)
        .measurementIterations(iterations)
        .shouldFailOnError(true)
        .output(log.toString());
    if (bench.isTest()) {
      // A test checks that the benchmark works. Another run on this machine may hold JMH's lock.
      System.setProperty("jmh.ignoreLock", "true");
      properties.forEach(System::setProperty);
    }
    try {
      return new Runner(builder.build()).runSingle().getPrimaryResult().getScore();
    } catch (RunnerException e) {
      throw new IOException("JMH failed on " + method + ": " + reason(log), e);
    } finally {
      if (bench.isTest()) {
        properties.keySet().forEach(System::clearProperty);
      }
    }
  }

  private static String reason(Path log) throws Exception {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.matches(".*(Exception|Error).*")).findFirst().orElse("");
    }
  }
}
