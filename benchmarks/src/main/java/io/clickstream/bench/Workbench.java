package io.clickstream.bench;

import io.clickstream.local.EmbeddedSpark;
import io.clickstream.servers.ProcessReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A temporary folder and, from its first use, a Spark session of two cores in this process. Both
 * are removed at the end, the folder also if this process is killed.
 */
final class Workbench implements AutoCloseable {

  /** Two cores, so that machines with more measure the same job. */
  static final String SPARK_MASTER = "local[2]";

  private final Scale scale;
  private final Report report;
  private final Consumer<String> progress;
  private final ProcessReaper reaper = new ProcessReaper();
  private final Path folder;
  private EmbeddedSpark spark;

  /**
   * Creates the folder.
   *
   * @param report receives the results
   * @param progress receives a line before each step
   */
  Workbench(Scale scale, Report report, Consumer<String> progress) throws Exception {
    this.scale = scale;
    this.report = report;
    this.progress = progress;
    folder = Files.createTempDirectory("clickstream-bench-");
    reaper.guard(folder);
  }

  /** Returns the value for the scale. */
  int of(int full, int quick, int tiny) {
    return switch (scale) {
      case FULL -> full;
      case QUICK -> quick;
      case TINY -> tiny;
    };
  }

  /** Returns true in a test, which starts few processes. */
  boolean isTest() {
    return scale == Scale.TINY;
  }

  /** Adds a claim. */
  void add(Target target) {
    report.targets().add(target);
  }

  /** Adds measured values. */
  void add(Figure figure) {
    report.figures().add(figure);
  }

  /** Adds one line of explanation. */
  void note(String note) {
    report.notes().add(note);
  }

  /** Says what is done next. */
  void progress(String format, Object... values) {
    progress.accept(format.formatted(values));
  }

  /** Returns the temporary folder. */
  Path folder() {
    return folder;
  }

  /** Returns the process that cleans up if this one is killed. */
  ProcessReaper reaper() {
    return reaper;
  }

  /** Returns the Spark session. */
  SparkSession spark() {
    if (spark == null) {
      spark = new EmbeddedSpark(SPARK_MASTER);
      spark.await();
    }
    return SparkSession.active();
  }

  /**
   * Runs the job, {@code ./clickstream etl}, from process start to exit, and returns the seconds. A
   * test runs it in this process.
   *
   * @param settings settings of Spark
   */
  double etl(Map<String, String> settings, List<String> arguments) throws Exception {
    if (!isTest()) {
      return TimedProcess.run(this, TimedProcess.job(SPARK_MASTER, settings, arguments)).seconds();
    }
    Configuration hadoop = spark().sparkContext().hadoopConfiguration();
    settings.forEach((name, value) -> hadoop.set(name.replace("spark.hadoop.", ""), value));
    return JobStages.run(arguments).seconds();
  }

  @Override
  public void close() throws IOException {
    if (spark != null) {
      spark.close();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
    reaper.close();
  }
}
