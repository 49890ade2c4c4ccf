package io.clickstream.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The job in a process that a test may kill. Spark starts at once; the load starts on request. */
final class JobProcess implements AutoCloseable {

  private static final String PROGRAM = "clickstream-etl: ";

  private final Process process;
  private final Path out;
  private final Path err;

  /**
   * Starts the process.
   *
   * @param folder the folder for its output
   * @param name the unique name of its output files
   */
  JobProcess(Path folder, String name) throws IOException {
    this(folder, name, Map.of());
  }

  /**
   * Starts the process with further environment variables.
   *
   * @param environment the variables
   */
  JobProcess(Path folder, String name, Map<String, String> environment) throws IOException {
    process =
        new Command(Command.javaWithSpark(PausingJob.class).words(), environment)
            .start(folder, name);
    out = folder.resolve(name + ".out");
    err = folder.resolve(name + ".err");
  }

  /** Runs the job. */
  void load(List<String> arguments) throws Exception {
    loadUntil("", arguments);
  }

  /** Runs the job until a point that {@link PausingJob} knows. */
  void loadUntil(String point, List<String> arguments) throws Exception {
    awaitLine(out, PausingJob.READY);
    String order = point + "\t" + String.join("\t", arguments) + "\n";
    process.getOutputStream().write(order.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  void awaitPause() throws Exception {
    awaitLine(out, PausingJob.PAUSED);
  }

  /** Waits until the job has printed a line. */
  void awaitSaid(String line) throws Exception {
    awaitLine(err, PROGRAM + line);
  }

  private void awaitLine(Path file, String line) throws Exception {
    Eventually.holds(
        "'" + line + "' in " + file,
        () -> {
          boolean there = Files.readAllLines(file).contains(line);
          assertThat(there || process.isAlive()).as("alive, or see %s", lines(err)).isTrue();
          return there;
        });
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  /** Asks the process to end, by SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Returns the lines of standard output. */
  List<String> output() throws IOException {
    return lines(out);
  }

  /** Kills the process by SIGKILL. */
  void kill() {
    Command.kill(process);
  }

  /** Waits until the job ends and returns its exit status. */
  int awaitEnd() throws Exception {
    return Eventually.ends(process);
  }

  /** Returns the job's own lines on standard error. */
  List<String> said() throws IOException {
    return lines(err).stream()
        .filter(line -> line.startsWith(PROGRAM))
        .map(line -> line.substring(PROGRAM.length()))
        .toList();
  }

  /** Returns all lines of standard error. */
  List<String> errors() throws IOException {
    return lines(err);
  }

  @Override
  public void close() {
    kill();
  }
}
