package io.clickstream.bench;

import io.clickstream.local.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A run of a program in a process of its own, from its start to its exit.
 *
 * @param seconds as a clock on the wall shows it
 * @param peakMegabytes the most memory that it had resident; 0 where the system doesn't tell
 * @param lastLine the last line that it printed
 */
public record ChildProcess(double seconds, long peakMegabytes, String lastLine) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long LOOKS_AT_MEMORY_EACH_MS = 50;

  /**
   * Runs the job as people do: {@code ./clickstream etl}, on two cores.
   *
   * @param folder for its output
   */
  public static ChildProcess etl(Path folder, List<String> arguments) throws IOException {
    return etl(folder, Map.of(), "", arguments);
  }

  /**
   * As the other.
   *
   * @param settings of Spark
   * @param javaOptions besides those of the script
   */
  public static ChildProcess etl(
      Path folder, Map<String, String> settings, String javaOptions, List<String> arguments)
      throws IOException {
    return script(
        folder,
        settings,
        Map.of("CLICKSTREAM_NO_BUILD", "yes", "CLICKSTREAM_JAVA_OPTS", javaOptions),
        arguments);
  }

  /**
   * Runs another main class in the job's place: the same script, flags and class path, and the
   * benchmarks' classes.
   */
  public static ChildProcess spark(Path folder, Class<?> main, List<String> arguments)
      throws IOException {
    return script(
        folder,
        Map.of(),
        Map.of("CLICKSTREAM_NO_BUILD", "yes", "CLICKSTREAM_MAIN", main.getName()),
        arguments);
  }

  private static ChildProcess script(
      Path folder,
      Map<String, String> settings,
      Map<String, String> environment,
      List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Home.find().folder().resolve("clickstream").toString());
    words.addAll(List.of("etl", "--master", Workbench.SPARK_MASTER));
    settings.forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
    words.addAll(arguments);
    return run(folder, words, environment);
  }

  /**
   * Runs any program.
   *
   * @param environment what differs from ours
   * @throws IOException when it fails; the message has the end of what it said
   */
  public static ChildProcess run(Path folder, List<String> words, Map<String, String> environment)
      throws IOException {
    Path out = Files.createTempFile(folder, "process-", ".out");
    Path err = Files.createTempFile(folder, "process-", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    // Whatever distribution is installed here, all measure the embedded one.
    builder.environment().remove("SPARK_HOME");
    long startedAt = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    long peak = 0;
    try {
      while (!process.waitFor(LOOKS_AT_MEMORY_EACH_MS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakKilobytes(process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words.get(0) + " ran", e);
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(words, process.exitValue(), lastLine(err)));
    }
    return new ChildProcess(seconds, peak >> 10, lastLine(out));
  }

  /** Linux keeps the high-water mark, so that looking now and then misses little. */
  private static long peakKilobytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // Gone, or no Linux.
    }
  }

  /** Where a stack trace ends, the line that says why. */
  private static String lastLine(Path file) throws IOException {
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("\tat ")).toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
