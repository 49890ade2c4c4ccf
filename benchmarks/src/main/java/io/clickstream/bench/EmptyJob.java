package io.clickstream.bench;

import org.apache.spark.sql.SparkSession;

/** The smallest Spark job: a session and a query of one row. */
public final class EmptyJob {

  private EmptyJob() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("empty").getOrCreate();
    System.out.println(spark.range(1).count());
    spark.stop();
  }
}
