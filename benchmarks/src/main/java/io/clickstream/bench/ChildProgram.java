package io.clickstream.bench;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that runs in a process of its own.
 *
 * @param words its command line
 * @param environment variables that differ from those of this process
 */
record ChildProgram(List<String> words, Map<String, String> environment) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double KILOBYTES_PER_MEGABYTE = 1_024;
  private static final int POLL_MS = 50;

  /** A program with the environment of this process. */
  static ChildProgram of(String... words) {
    return new ChildProgram(List.of(words), Map.of());
  }

  /** The job as users start it, {@code ./clickstream etl}, with settings of Spark. */
  static ChildProgram job(String master, Map<String, String> settings, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Home.find().folder().resolve("clickstream").toString());
    words.addAll(List.of("etl", "--master", master));
    settings.forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
    words.addAll(arguments);
    // The embedded Spark is measured, whatever distribution is installed.
    return new ChildProgram(words, Map.of("CLICKSTREAM_NO_BUILD", "yes", "SPARK_HOME", ""));
  }

  /** The same program with one more variable. */
  ChildProgram with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    return new ChildProgram(words, changed);
  }

  /**
   * A run that ended with exit status 0.
   *
   * @param seconds wall clock from the start of the process to its exit
   * @param peakMegabytes the high-water mark of its resident memory; 0 if the system has none
   * @param lastLine the last line of its standard output
   */
  record Exit(double seconds, double peakMegabytes, String lastLine) {}

  /**
   * Runs to the end.
   *
   * @param folder receives its output
   * @throws Exception if it fails; the message has the last line of its standard error
   */
  Exit run(Path folder) throws Exception {
    Path out = Files.createTempFile(folder, "program-", ".out");
    Path err = Files.createTempFile(folder, "program-", ".err");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    long startedAt = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    double peak = 0;
    try {
      while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakMegabytes(process.pid()));
      }
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s exited with %d: %s".formatted(this, process.exitValue(), lastLine(err)));
    }
    return new Exit(seconds, peak, lastLine(out));
  }

  /** Returns a process's high-water mark of resident memory; 0 if it is gone or not on Linux. */
  static double peakMegabytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
              .sum()
          / KILOBYTES_PER_MEGABYTE;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Skips the indented lines of a stack trace. */
  private static String lastLine(Path file) throws Exception {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.matches("\\S.*")).reduce("", (first, second) -> second);
    }
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
