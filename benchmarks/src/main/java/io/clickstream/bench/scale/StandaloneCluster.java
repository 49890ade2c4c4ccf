package io.clickstream.bench.scale;

import io.clickstream.bench.Workbench;
import io.clickstream.servers.Home;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spark's standalone master and workers on loopback, each a process of its own: workers of one core
 * and a gigabyte. They need a Spark home, which is made of links to the jars of {@code
 * ./clickstream}.
 */
final class StandaloneCluster implements AutoCloseable {

  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LOOKS_EACH_MS = 50;
  private static final String SCALA =
      scala.util.Properties.versionNumberString().replaceFirst("(\\d+\\.\\d+).*", "$1");

  private final List<Process> daemons = new ArrayList<>();
  private final Workbench workbench;
  private final Path folder;
  private final Path sparkHome;
  private final String master;

  /** Starts them and waits until the workers have registered. */
  StandaloneCluster(Workbench workbench, int workers) throws IOException {
    this.workbench = workbench;
    folder = Files.createDirectories(workbench.folder().resolve("cluster"));
    sparkHome = makeSparkHome(folder.resolve("spark"));
    try {
      daemon("master.Master", "master", List.of());
      master = awaitInLog("master", MASTER);
      for (int worker = 0; worker < workers; worker++) {
        String name = "worker-" + worker;
        daemon(
            "worker.Worker",
            name,
            List.of(
                "--cores", "1", "--memory", "1g", "--work-dir", folder + "/work-" + name, master));
      }
      for (int worker = 0; worker < workers; worker++) {
        awaitInLog("worker-" + worker, REGISTERED);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Without jars of this project: executors get the job from its driver. */
  private static Path makeSparkHome(Path sparkHome) throws IOException {
    Path jars = Files.createDirectories(sparkHome.resolve("jars"));
    Path project = Home.find().folder();
    String target = System.getProperty("clickstream.target", "target");
    Path classPath = project.resolve("local-stack").resolve(target).resolve("launch.classpath");
    for (String jar : Files.readString(classPath).strip().split(File.pathSeparator)) {
      if (!Path.of(jar).startsWith(project)) {
        Files.createSymbolicLink(jars.resolve(Path.of(jar).getFileName()), Path.of(jar));
      }
    }
    return sparkHome;
  }

  private void daemon(String main, String name, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", sparkHome + "/jars/*"));
    words.add("org.apache.spark.deploy." + main);
    words.addAll(List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile())
            .directory(folder.toFile());
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARK_SCALA_VERSION", SCALA);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    daemons.add(process);
    workbench.guard(process);
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private String awaitInLog(String name, Pattern pattern) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Matcher found = pattern.matcher(Files.readString(log(name)));
      if (found.find()) {
        return found.group();
      }
      try {
        Thread.sleep(LOOKS_EACH_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the cluster started", e);
      }
    }
    throw new IOException("Spark's " + name + " did not start; see " + log(name));
  }

  /** {@code spark://127.0.0.1:<port>}. */
  String master() {
    return master;
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly().onExit().join();
    }
  }
}
