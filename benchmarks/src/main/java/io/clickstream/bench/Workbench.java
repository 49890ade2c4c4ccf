package io.clickstream.bench;

import io.clickstream.local.EmbeddedSpark;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
  private final TemporaryFolder folder;
  private EmbeddedSpark spark;

  Workbench(Scale scale, Report report, Consumer<String> progress) throws Exception {
    this.scale = scale;
    this.report = report;
    this.progress = progress;
    folder = new TemporaryFolder(Files.createTempDirectory("clickstream-bench-"), reaper);
  }

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

  void add(Target target) {
    report.targets().add(target);
  }

  void add(Figure figure) {
    report.figures().add(figure);
  }

  void note(String note) {
    report.notes().add(note);
  }

  void progress(String format, Object... values) {
    progress.accept(format.formatted(values));
  }

  Path folder() {
    return folder.path();
  }

  ProcessReaper reaper() {
    return reaper;
  }

  SparkSession spark() {
    if (spark == null) {
      spark = new EmbeddedSpark(SPARK_MASTER);
      spark.await();
    }
    return SparkSession.active();
  }

  /** Returns the seconds of {@code ./clickstream etl}. A test runs the job in this process. */
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
    folder.close();
    reaper.close();
  }
}
