package io.clickstream.bench;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * The job's reader and Spark's for JMH. An invocation lists, reads and parses all objects. The run
 * fails if the events are not those that the job reads from the same objects on the local disk.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ObjectReaders extends SparkState {

  /** Settings of Spark that suit its reader for small objects. */
  static final Map<String, String> STOCK_SETTINGS =
      Map.of(
          // Tasks of thousands of files instead of one task per 32.
          "spark.sql.files.openCostInBytes", "16384",
          "spark.sql.files.minPartitionNum", "8",
          "spark.sql.sources.ignoreDataLocality", "true",
          // One GET per object, and more connections than it uses.
          "spark.hadoop.fs.s3a.experimental.input.fadvise", "sequential",
          "spark.hadoop.fs.s3a.connection.maximum", "128",
          "spark.hadoop.fs.s3a.threads.max", "64");

  private static final int KEY_LENGTH =
      "2026/11/22/13/event-00000000-0000-0000-0000-000000000000.json".length();
  private static final String HADOOP = "spark.hadoop.";

  static final String READER = "bench.reader";

  /** The property of objects whose first hour is read before the measured ones; may be unset. */
  static final String WARM_UP = "bench.warm-up";

  static final String LOCAL = "bench.local";

  private SparkSession spark;
  private EventDigest digest;

  @Override
  void prepare(SparkSession started) throws Exception {
    spark = started;
    if (System.getProperty(WARM_UP) != null) {
      RawHours warmUp = hours(WARM_UP);
      read(System.getProperty(READER), warmUp.at(warmUp.start(), 1));
    }
  }

  @Benchmark
  public void read() throws Exception {
    digest = read(System.getProperty(READER), hours(HOURS));
  }

  private EventDigest read(String by, RawHours hours) throws Exception {
    if (by.equals("ours")) {
      return EventDigest.of(JobStages.parse(new JobStages(spark, hours).read()));
    }
    return EventDigest.of(
        SparkJson.columns(
            spark
                .read()
                .schema(SparkJson.SCHEMA)
                .json(hours.prefixes())
                .withColumn(
                    "key",
                    functions.expr("right(_metadata.file_path, %d)".formatted(KEY_LENGTH)))));
  }

  @Override
  public void close() throws Exception {
    if (System.getProperty(READER).equals("stock")) {
      requireApplied(STOCK_SETTINGS, spark, hours(HOURS).root());
    }
    digest.requireSameAs(read("ours", hours(LOCAL)), events());
    super.close();
  }

  /** Fails if a setting did not reach the session or the file system that was read from. */
  static void requireApplied(Map<String, String> settings, SparkSession spark, URI root)
      throws Exception {
    Configuration used = FileSystem.get(root, spark.sparkContext().hadoopConfiguration()).getConf();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String name = setting.getKey();
      String value =
          name.startsWith(HADOOP)
              ? used.get(name.substring(HADOOP.length()))
              : spark.conf().get(name, "unset");
      if (!setting.getValue().equals(value)) {
        throw new IllegalStateException(
            "%s is %s, not %s".formatted(name, value, setting.getValue()));
      }
    }
  }
}
