package io.clickstream.bench.hour;

import org.apache.spark.sql.SparkSession;

/** The least that a Spark job can do: a session, one query over one row, an end. */
public final class EmptyJob {

  private EmptyJob() {}

  /** Does it. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("empty").getOrCreate();
    System.out.println(spark.range(1).count());
    spark.stop();
  }
}
