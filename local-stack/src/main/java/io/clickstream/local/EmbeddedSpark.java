package io.clickstream.local;

import io.clickstream.etl.job.ResidentSpark;
import io.clickstream.etl.job.StagedSlices;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.S3Server;
import io.clickstream.servers.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/** A Spark session in this process that starts in the background, which takes some seconds. */
public final class EmbeddedSpark implements AutoCloseable {

  /** Without it, every user of this machine could list Spark's block files. */
  private final TemporaryFolder scratch;

  private final ProcessReaper reaper = new ProcessReaper();

  private final CompletableFuture<SparkSession> session;

  /** Starts a session on all cores of this machine. */
  public EmbeddedSpark() {
    this("local[*]");
  }

  /**
   * Starts a session.
   *
   * @param master the master URL, such as {@code local[2]}
   */
  public EmbeddedSpark(String master) {
    // SLF4J writes a warning when several threads ask for the first logger at once.
    LoggerFactory.getILoggerFactory();
    try {
      scratch = new TemporaryFolder(Files.createTempDirectory("clickstream-spark-"), reaper);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a temporary folder for Spark.", e);
    }
    session = CompletableFuture.supplyAsync(() -> start(master, scratch.path()));
  }

  private static SparkSession start(String master, Path scratch) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("clickstream")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            // The RPC port is open to all users of this machine. Spark makes a secret per session.
            // Encryption is off: nobody else reads loopback traffic, and an encrypted connection
            // may hang.
            .set("spark.authenticate", "true")
            .set("spark.local.dir", scratch.toString())
            .set("spark.sql.session.timeZone", "UTC");
    ResidentSpark.SETTINGS.forEach(conf::set);
    StagedSlices.SETTINGS.forEach(conf::set);
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Waits until the session has started. */
  public void await() {
    session.join();
  }

  /** Waits until the session has started, and lets it read an S3 server. */
  public void connect(S3Server s3) {
    String prefix = "spark.hadoop.";
    for (Map.Entry<String, String> setting : s3.sparkSettings().entrySet()) {
      session
          .join()
          .sparkContext()
          .hadoopConfiguration()
          .set(setting.getKey().substring(prefix.length()), setting.getValue());
    }
  }

  /** Stops the session. A start that failed was reported by {@link #await} and needs no stop. */
  @Override
  public void close() {
    SparkSession started = session.handle((spark, failure) -> spark).join();
    if (started != null) {
      started.stop();
    }
    try (reaper;
        scratch) {
      // Spark has removed its files.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
