package io.clickstream.testing;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A command that runs in a process of its own and writes its output to files. It may log in to the
 * PostgreSQL servers of this JVM.
 *
 * @param words the program and its arguments
 * @param environment variables that are added to those of this process
 */
public record Command(List<String> words, Map<String, String> environment) {

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** The exit status and the output of a command that has ended. */
  public record Ended(int status, List<String> out, List<String> err) {

    /** Returns the lines of standard error that begin with a program's name. */
    public List<String> errorsOf(String program) {
      return err.stream().filter(line -> line.startsWith(program + ": ")).toList();
    }
  }

  /** Returns the command of these words. */
  public static Command of(String... words) {
    return new Command(List.of(words), Map.of());
  }

  /** Returns the command that runs a main class of this class path in the same JDK. */
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

  /**
   * Returns the command that runs a main class of this class path as {@code ./clickstream} runs the
   * job. Its class path comes first: then the JVM maps the archive of loaded classes that {@code
   * ./clickstream} made for it, if there is one, and starts seconds earlier.
   */
  public static Command javaWithSpark(Class<?> main, String... arguments) throws IOException {
    Path home = Home.find().folder();
    String target = System.getProperty("clickstream.target", "target");
    Path local = home.resolve("local-stack").resolve(target);
    List<String> words = new ArrayList<>();
    words.add(javaHome().resolve("bin/java").toString());
    words.add("@" + local.resolve("launch/java.args"));
    // Nothing about an archive that is older than the jars.
    words.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr"));
    classArchive(home.resolve(".clickstream"), target)
        .ifPresent(archive -> words.add("-XX:SharedArchiveFile=" + archive));
    words.add("-Dclickstream.home=" + home);
    words.add("-Dclickstream.target=" + target);
    words.add("-Dlog4j2.configurationFile=log4j2-quiet.properties");
    words.add("-cp");
    words.add(
        String.join(
            ":",
            home.resolve("etl-spark").resolve(target).resolve("etl-spark.jar").toString(),
            newest(local, "local-stack-[0-9]*.jar").orElseThrow().toString(),
            Files.readString(local.resolve("launch.classpath")).strip(),
            System.getProperty("java.class.path")));
    words.add(main.getName());
    words.addAll(List.of(arguments));
    return new Command(words, Map.of());
  }

  /**
   * Returns the newest whole archive: its name ends with its size, and a JVM aborts on a cut one.
   */
  private static Optional<Path> classArchive(Path folder, String target) throws IOException {
    return newest(folder, "classes-" + target + "-[0-9]*-[0-9]*.jsa")
        .filter(file -> file.toString().endsWith("-" + file.toFile().length() + ".jsa"));
  }

  private static Optional<Path> newest(Path folder, String glob) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      return StreamSupport.stream(files.spliterator(), false)
          .max(Comparator.comparing(file -> file.toFile().lastModified()));
    }
  }

  /** Returns the folder of the JDK that runs this test. */
  public static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  /** Returns the command with one more environment variable. */
  public Command with(String name, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(name, value);
    return new Command(words, changed);
  }

  /** Starts the command; its output goes to {@code <name>.out} and {@code <name>.err}. */
  public Process start(Path folder, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    String passwords = System.getProperty(TestWarehouses.PASSWORD_FILE);
    if (passwords != null) {
      builder.environment().put("PGPASSFILE", passwords);
    }
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs the command to its end. One that exceeds {@link Eventually#LIMIT} is killed and fails. */
  public Ended run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("command-");
    try {
      Process process = start(folder, "command");
      boolean ended = false;
      try {
        ended = process.waitFor(Eventually.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        kill(process);
      }
      List<String> out = Files.readAllLines(folder.resolve("command.out"));
      List<String> err = Files.readAllLines(folder.resolve("command.err"));
      if (!ended) {
        throw new AssertionError(
            "Command did not end within %s: %s%n%s%n%s"
                .formatted(Eventually.LIMIT, words, out, err));
      }
      return new Ended(process.exitValue(), out, err);
    } finally {
      Files.deleteIfExists(folder.resolve("command.out"));
      Files.deleteIfExists(folder.resolve("command.err"));
      Files.deleteIfExists(folder);
    }
  }

  /** Kills a process and its descendants. */
  public static void kill(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
