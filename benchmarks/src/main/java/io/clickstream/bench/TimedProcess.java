package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The seconds, peak resident memory and last line of output of a process that succeeded. */
record TimedProcess(double seconds, double peakMegabytes, String lastLine) {

  private static final double KILOBYTES_PER_MEGABYTE = 1_024;
  private static final int POLL_MS = 50;

  /**
   * Keys of S3 by the setting of Spark. All users of a machine can read the arguments of programs.
   */
  private static final Map<String, String> KEYS =
      Map.of(
          "spark.hadoop.fs.s3a.access.key", "AWS_ACCESS_KEY_ID",
          "spark.hadoop.fs.s3a.secret.key", "AWS_SECRET_ACCESS_KEY");

  /**
   * Returns the job as users start it, {@code ./clickstream etl}, with settings of Spark. Keys
   * travel in the environment, from which Spark takes the same settings.
   */
  static Command job(String master, Map<String, String> settings, List<String> arguments) {
    String script = Home.find().folder().resolve("clickstream").toString();
    List<String> words = new ArrayList<>(List.of(script, "etl", "--master", master));
    // The embedded Spark is measured, whatever distribution is installed.
    Map<String, String> environment =
        new HashMap<>(Map.of("CLICKSTREAM_NO_BUILD", "yes", "SPARK_HOME", ""));
    settings.forEach(
        (name, value) -> {
          if (KEYS.containsKey(name)) {
            environment.put(KEYS.get(name), value);
          } else {
            words.addAll(List.of("--conf", name + "=" + value));
          }
        });
    words.addAll(arguments);
    return new Command(words, environment);
  }

  /** Runs a command to its end. Fails with the last line of its standard error. */
  static TimedProcess run(Workbench bench, Command command) throws Exception {
    Path folder = Files.createTempDirectory(bench.folder(), "process-");
    Stopwatch watch = Stopwatch.start();
    Process process = command.start(folder, "process");
    process.getOutputStream().close();
    double peak = 0;
    try {
      while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakMegabytes(process.pid()));
      }
    } finally {
      process.destroy();
    }
    double seconds = watch.seconds();
    if (process.exitValue() != 0) {
      String words = String.join(" ", command.words());
      String reason = lastLine(folder.resolve("process.err"));
      throw new IOException("%s exited with %d: %s".formatted(words, process.exitValue(), reason));
    }
    return new TimedProcess(seconds, peak, lastLine(folder.resolve("process.out")));
  }

  /** Returns a process's high-water mark of resident memory; 0 if it is gone or not on Linux. */
  private static double peakMegabytes(long pid) {
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
}
