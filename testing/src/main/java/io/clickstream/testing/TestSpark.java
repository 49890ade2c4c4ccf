package io.clickstream.testing;

import org.apache.spark.sql.SparkSession;

/** One Spark session for a test JVM; the job finds it as the active one. */
public final class TestSpark {

  private static SparkSession session;

  private TestSpark() {}

  public static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("clickstream-it")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.session.timeZone", "UTC")
              .config(
                  "spark.sql.ansi.enabled", System.getProperty("spark.sql.ansi.enabled", "true"))
              .getOrCreate();
    }
    return session;
  }
}
