package io.clickstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
   * Runs a program.
   *
   * @param folder for its output
   * @throws IOException when it fails; the message has the end of what it said
   */
  public static ChildProcess run(Path folder, Launch launch) throws IOException {
    Path out = Files.createTempFile(folder, "process-", ".out");
    Path err = Files.createTempFile(folder, "process-", ".err");
    ProcessBuilder builder =
        launch.builder().redirectOutput(out.toFile()).redirectError(err.toFile());
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
      throw new IOException("interrupted while " + launch + " ran", e);
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(launch, process.exitValue(), lastLine(err)));
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
  static String lastLine(Path file) throws IOException {
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> line.matches("\\S.*")).toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
