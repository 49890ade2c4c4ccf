package io.clickstream.bench.hour;

import org.apache.spark.sql.SparkSession;

/** Even less than {@link EmptyJob}: a session that is asked for nothing. */
public final class EmptySession {

  private EmptySession() {}

  /** Does it. */
  public static void main(String[] args) {
    SparkSession.builder().appName("empty").getOrCreate().stop();
  }
}
