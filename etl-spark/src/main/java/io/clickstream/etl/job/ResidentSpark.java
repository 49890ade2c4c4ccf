package io.clickstream.etl.job;

import java.util.Map;

/** The settings of a Spark session that lives for weeks and runs many small queries. */
public final class ResidentSpark {

  /**
   * What Spark keeps of past queries for its web pages, a thousand of each kind by default, and the
   * time after which the driver collects garbage, which lets Spark remove old shuffle files and
   * broadcasts.
   */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.ui.retainedJobs", "20",
          "spark.ui.retainedStages", "20",
          "spark.ui.retainedTasks", "1000",
          "spark.ui.retainedDeadExecutors", "20",
          "spark.ui.dagGraph.retainedRootRDDs", "20",
          "spark.sql.ui.retainedExecutions", "20",
          "spark.cleaner.periodicGC.interval", "15min");

  private ResidentSpark() {}
}
