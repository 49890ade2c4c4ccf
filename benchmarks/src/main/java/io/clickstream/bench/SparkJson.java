package io.clickstream.bench;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Parses events with Spark's own means: an explicit schema, then a SQL expression for each of
 * {@link PeerColumns#PARSED}. Takes events that are JSON objects with an id.
 */
final class SparkJson {

  /** The fields of the payload that those columns need. */
  static final String SCHEMA = Resource.text("payload-schema.ddl");

  private static final String COLUMNS = Resource.text("spark-json.sql");

  private SparkJson() {}

  /** Returns the columns of rows that have {@link #SCHEMA} and the raw object's {@code key}. */
  static Dataset<Row> columns(Dataset<Row> payloads) {
    payloads.createOrReplaceTempView("payloads");
    return payloads.sparkSession().sql(COLUMNS);
  }
}
