package io.clickstream.bench;

import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The smallest Spark job: a session and, with the argument {@code query}, a query of one row. */
public final class EmptyJob {

  private EmptyJob() {}

  /** Runs it. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("empty").getOrCreate();
    if (List.of(args).contains("query")) {
      System.out.println(spark.range(1).count());
    }
    spark.stop();
  }
}
