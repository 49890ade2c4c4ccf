package io.clickstream.etl;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The one Spark session of a test JVM; it ends with it. */
public final class TestSpark {

  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("tests")
          .config("spark.ui.enabled", "false")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.ansi.enabled", "true")
          .config("spark.driver.host", "localhost")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.warehouse.dir", "target/spark-warehouse")
          .getOrCreate();

  private TestSpark() {}

  public static SparkSession session() {
    return SESSION;
  }

  /** A session of its own settings in the same JVM. */
  public static SparkSession session(boolean ansi) {
    SparkSession session = SESSION.newSession();
    session.conf().set("spark.sql.ansi.enabled", Boolean.toString(ansi));
    return session;
  }

  /** Rows in two partitions, as they come. */
  public static Dataset<Row> dataset(List<Row> rows, StructType schema) {
    return SESSION.createDataFrame(rows, schema).repartition(2);
  }
}
