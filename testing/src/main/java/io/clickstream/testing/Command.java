package io.clickstream.testing;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command of another process, with its output in files.
 *
 * @param words program and arguments
 * @param environment what differs from ours
 */
public record Command(List<String> words, Map<String, String> environment) {

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** How it ended. */
  public record Ended(int status, List<String> out, List<String> err) {

    /** The lines on standard error that a program wrote about itself. */
    public List<String> errorsOf(String program) {
      return err.stream().filter(line -> line.startsWith(program + ": ")).toList();
    }
  }

  public static Command of(String... words) {
    return new Command(List.of(words), Map.of());
  }

  /** A Java main class of this test's classpath, in the JDK of this test. */
  public static Command java(Class<?> main, String... arguments) {
    return new Command(
        Stream.concat(
                Stream.of(
                    javaHome().resolve("bin/java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Dclickstream.home=" + Home.find().folder(),
                    "-Dclickstream.target=" + System.getProperty("clickstream.target", "target"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()),
                Stream.of(arguments))
            .toList(),
        Map.of());
  }

  public static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  public Command with(String name, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(name, value);
    return new Command(words, changed);
  }

  /** Starts it; {@code <name>.out} and {@code <name>.err} in the folder get its output. */
  public Process start(Path folder, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs it to its end; one that takes longer than the limit is killed and fails. */
  public Ended run(Duration limit) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("command-");
    try {
      Process process = start(folder, "command");
      boolean ended = false;
      try {
        ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        kill(process);
      }
      List<String> out = Files.readAllLines(folder.resolve("command.out"));
      List<String> err = Files.readAllLines(folder.resolve("command.err"));
      if (!ended) {
        throw new AssertionError("no end after " + limit + ": " + words + "\n" + out + "\n" + err);
      }
      return new Ended(process.exitValue(), out, err);
    } finally {
      Files.deleteIfExists(folder.resolve("command.out"));
      Files.deleteIfExists(folder.resolve("command.err"));
      Files.deleteIfExists(folder);
    }
  }

  /** Kills a process and those that it started. */
  public static void kill(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
