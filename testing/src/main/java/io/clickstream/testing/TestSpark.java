package io.clickstream.testing;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The only Spark session of a test JVM. It ends with the JVM, and the job finds it as active. */
public final class TestSpark {

  private static final String ANSI = "spark.sql.ansi.enabled";

  private static SparkSession session;

  private TestSpark() {}

  /** Returns the session; starts one at first and after a test has stopped it. */
  public static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              // The description of each query's plan, which nobody reads without a UI.
              .config("spark.sql.ui.explainMode", "simple")
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .config(ANSI, System.getProperty(ANSI, "true"))
              .getOrCreate();
    }
    return session;
  }

  /** Returns a session with ANSI mode on or off, which shares everything else with the first. */
  public static SparkSession session(boolean ansi) {
    SparkSession other = session().newSession();
    other.conf().set(ANSI, Boolean.toString(ansi));
    return other;
  }

  /** Returns the rows as a dataset of two partitions, in no order. */
  public static Dataset<Row> dataset(List<Row> rows, StructType schema) {
    return session().createDataFrame(rows, schema).repartition(2);
  }
}
