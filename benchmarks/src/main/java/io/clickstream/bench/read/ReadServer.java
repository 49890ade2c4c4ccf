package io.clickstream.bench.read;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Reads in a JVM of its own: no setting of one reader's reaches the other. For each line on its
 * input (the S3 endpoint, the root and the hours) it prints what {@link TimedRead#parse}
 * understands. The system property {@value #READER} names the reader.
 */
public final class ReadServer {

  /** Set by {@code --conf}, which knows Spark's names only. */
  static final String READER = "spark.bench.reader";

  private static final String ENDPOINT = "fs.s3a.endpoint";
  private static final String HADOOP = "spark.hadoop.";

  private ReadServer() {}

  /** Serves until its input ends. */
  public static void main(String[] args) throws IOException {
    SparkSession spark =
        SparkSession.builder().config("spark.sql.session.timeZone", "UTC").getOrCreate();
    EventReader reader = EventReader.valueOf(System.getProperty(READER));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = lines.readLine()) != null) {
      String[] words = line.split(" ");
      URI root = URI.create(words[1]);
      List<Instant> hours = Arrays.stream(words).skip(2).map(Instant::parse).toList();
      System.out.println(read(reader, spark, words[0], root, hours).format());
    }
    spark.stop();
  }

  /**
   * Reads.
   *
   * @throws IllegalStateException when the reader's settings didn't reach what it read with
   */
  static TimedRead read(
      EventReader reader, SparkSession spark, String endpoint, URI root, List<Instant> hours)
      throws IOException {
    connect(spark.sparkContext().hadoopConfiguration(), endpoint);
    TimedRead read = TimedRead.of(reader, spark, root, hours);
    requireApplied(reader.settings(), spark, root);
    return read;
  }

  private static void connect(Configuration configuration, String endpoint) throws IOException {
    if (!endpoint.equals(configuration.get(ENDPOINT))) {
      configuration.set(ENDPOINT, endpoint);
      // They are kept by bucket, whatever the endpoint was.
      FileSystem.closeAll();
    }
  }

  /** A peer whose settings didn't reach the file system that it read from would not be tuned. */
  private static void requireApplied(Map<String, String> settings, SparkSession spark, URI root)
      throws IOException {
    SparkConf started = spark.sparkContext().getConf();
    Configuration used = FileSystem.get(root, spark.sparkContext().hadoopConfiguration()).getConf();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String name = setting.getKey();
      String value =
          name.startsWith(HADOOP)
              ? used.get(name.substring(HADOOP.length()))
              : spark.conf().get(name, started.get(name, "unset"));
      if (!setting.getValue().equals(value)) {
        throw new IllegalStateException(
            "%s is %s, not %s".formatted(name, value, setting.getValue()));
      }
    }
  }
}
