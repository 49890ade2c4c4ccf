package io.clickstream.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A standalone master and workers of one core and one gigabyte each, on loopback. */
final class StandaloneCluster implements AutoCloseable {

  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
  private static final Duration START = Duration.ofSeconds(60);

  private final List<Process> daemons = new ArrayList<>();
  private final List<ProcessHandle> processes = new ArrayList<>();
  private final Path folder;
  private final Lifeline lifeline;
  private final String master;

  /**
   * Starts them and waits until the workers have registered.
   *
   * @param folder for logs and the workers' folders
   * @param lifeline ends them if we are killed
   */
  StandaloneCluster(SparkDistribution spark, Path folder, int workers, Lifeline lifeline)
      throws Exception {
    this.folder = Files.createDirectories(folder.resolve("cluster"));
    this.lifeline = lifeline;
    try {
      start(
          spark.daemon(
              "org.apache.spark.deploy.master.Master",
              List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")),
          "master");
      master = awaitInLog("master", MASTER);
      for (int i = 1; i <= workers; i++) {
        start(spark.daemon("org.apache.spark.deploy.worker.Worker", worker(i)), "worker-" + i);
      }
      for (int i = 1; i <= workers; i++) {
        awaitInLog("worker-" + i, REGISTERED);
      }
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private List<String> worker(int number) {
    return List.of(
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--webui-port",
        "0",
        "--cores",
        "1",
        "--memory",
        "1g",
        "--work-dir",
        folder.resolve("work-" + number).toString(),
        master);
  }

  private void start(Command daemon, String name) throws IOException {
    Process process = daemon.start(folder, name);
    lifeline.guard(process.pid());
    daemons.add(process);
  }

  private String awaitInLog(String name, Pattern pattern) throws Exception {
    Path log = folder.resolve(name + ".err");
    Eventually.holds(
        name + " logs " + pattern + ", see " + log, START, () -> inLog(log, pattern).isPresent());
    return inLog(log, pattern).orElseThrow();
  }

  private static Optional<String> inLog(Path log, Pattern pattern) throws IOException {
    return pattern.matcher(Files.readString(log)).results().findFirst().map(MatchResult::group);
  }

  /** {@code spark://127.0.0.1:<port>}. */
  String master() {
    return master;
  }

  /** The daemons, and what they had started when they were closed. */
  List<ProcessHandle> processes() {
    return List.copyOf(processes);
  }

  /** All that daemons and executors wrote. */
  String output() throws IOException {
    StringBuilder output = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(StandaloneCluster::isLog).sorted().toList()) {
        output.append(Files.readString(file));
      }
    }
    return output.toString();
  }

  private static boolean isLog(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".out")
        || name.endsWith(".err")
        || name.equals("stdout")
        || name.equals("stderr");
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      processes.add(daemon.toHandle());
      daemon.descendants().forEach(processes::add);
    }
    daemons.forEach(Command::kill);
    for (ProcessHandle process : processes) {
      process.onExit().join();
    }
  }
}
