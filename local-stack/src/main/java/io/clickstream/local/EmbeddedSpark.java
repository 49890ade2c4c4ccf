package io.clickstream.local;

import io.clickstream.servers.S3Server;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/**
 * A Spark session in this process, started in the background: it takes some seconds that other
 * parts can use.
 */
public final class EmbeddedSpark implements AutoCloseable {

  private final CompletableFuture<SparkSession> session;

  /** Begins to start, with all cores of this machine. */
  public EmbeddedSpark() {
    this("local[*]");
  }

  /**
   * Begins to start.
   *
   * @param master Spark's, such as {@code local[2]}
   */
  public EmbeddedSpark(String master) {
    // SLF4J warns on standard error when several threads are the first to ask for a logger.
    LoggerFactory.getILoggerFactory();
    session = CompletableFuture.supplyAsync(() -> start(master));
  }

  private static SparkSession start(String master) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("clickstream")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.sql.session.timeZone", "UTC");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Waits until it is there. */
  public void await() {
    session.join();
  }

  /** Waits until it is there and points it to an S3 server. */
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

  @Override
  public void close() {
    session.join().stop();
  }
}
