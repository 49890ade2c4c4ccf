package io.clickstream.testing;

import static java.util.stream.Collectors.toSet;

import io.clickstream.servers.ProcessReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone Spark master and workers of one core and one gigabyte each, on loopback. Every
 * second worker has another host name, because Spark runs no speculative copy of a task on the same
 * host.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
  private static final Pattern TASK_BEGUN = Pattern.compile("Running task [^(]*\\(TID (\\d+)\\)");
  private static final Pattern TASK_DONE = Pattern.compile("Finished task [^(]*\\(TID (\\d+)\\)");

  private final List<Process> daemons = new ArrayList<>();
  private final List<ProcessHandle> processes = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();
  private final SparkDistribution spark;
  private final Path folder;
  private final ProcessReaper reaper;
  private final String master;

  /**
   * Starts the daemons and waits until the workers have registered.
   *
   * @param folder the folder for logs and for the workers
   * @param reaper ends the daemons if this process is killed
   */
  public StandaloneCluster(SparkDistribution spark, Path folder, int workers, ProcessReaper reaper)
      throws Exception {
    this.spark = spark;
    this.folder = Files.createDirectories(folder.resolve("cluster"));
    this.reaper = reaper;
    try {
      start(
          spark.daemon(
              "org.apache.spark.deploy.master.Master",
              List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")),
          "master");
      master = awaitInLog("master", MASTER);
      for (int i = 0; i < workers; i++) {
        startWorker();
      }
      for (int i = 0; i < workers; i++) {
        awaitWorker(i);
      }
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private void startWorker() throws IOException {
    int number = workers.size();
    workers.add(
        start(
            spark.daemon("org.apache.spark.deploy.worker.Worker", worker(number)),
            "worker-" + number));
  }

  private void awaitWorker(int number) throws Exception {
    awaitInLog("worker-" + number, REGISTERED);
  }

  private List<String> worker(int number) {
    return List.of(
        "--host",
        number % 2 == 0 ? "127.0.0.1" : "localhost",
        "--port",
        "0",
        "--webui-port",
        "0",
        "--cores",
        "1",
        "--memory",
        "1g",
        "--work-dir",
        workFolder(number).toString(),
        master);
  }

  private Path workFolder(int number) {
    return folder.resolve("work-" + number);
  }

  private Process start(Command daemon, String name) throws IOException {
    Process process = daemon.start(folder, name);
    reaper.guard(process.pid());
    daemons.add(process);
    return process;
  }

  /** Adds a worker and waits until it has registered. */
  public void addWorker() throws Exception {
    startWorker();
    awaitWorker(workers.size() - 1);
  }

  /** Kills a worker that runs a task, together with its executors. */
  public void killAWorkerWithATask() throws Exception {
    Eventually.holds("a worker runs a task", () -> workerWithATask().isPresent());
    Command.kill(workers.get(workerWithATask().orElseThrow()));
  }

  private Optional<Integer> workerWithATask() throws IOException {
    for (int number = 0; number < workers.size(); number++) {
      if (workers.get(number).isAlive() && runsATask(number)) {
        return Optional.of(number);
      }
    }
    return Optional.empty();
  }

  /** Returns true if the log of a worker's newest executor has a task that has not finished. */
  private boolean runsATask(int number) throws IOException {
    Optional<Path> log = newestExecutorLog(workFolder(number));
    if (log.isEmpty()) {
      return false;
    }
    String lines = Files.readString(log.get());
    Set<String> tasks =
        TASK_BEGUN.matcher(lines).results().map(found -> found.group(1)).collect(toSet());
    TASK_DONE.matcher(lines).results().map(found -> found.group(1)).forEach(tasks::remove);
    return !tasks.isEmpty();
  }

  private static Optional<Path> newestExecutorLog(Path worker) throws IOException {
    if (!Files.exists(worker)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(worker)) {
      return files
          .filter(file -> file.getFileName().toString().equals("stderr"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()));
    }
  }

  private String awaitInLog(String name, Pattern pattern) throws Exception {
    Path log = folder.resolve(name + ".err");
    Eventually.holds(
        name + " logs " + pattern + ", see " + log, () -> inLog(log, pattern).isPresent());
    return inLog(log, pattern).orElseThrow();
  }

  private static Optional<String> inLog(Path log, Pattern pattern) throws IOException {
    return pattern.matcher(Files.readString(log)).results().findFirst().map(MatchResult::group);
  }

  /** Returns {@code spark://127.0.0.1:<port>}. */
  public String master() {
    return master;
  }

  /** Returns the daemons and their child processes at the time of closing. */
  public List<ProcessHandle> processes() {
    return List.copyOf(processes);
  }

  /** Returns the whole output of daemons and executors. */
  public String output() throws IOException {
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
