package io.clickstream.bench;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Parses events with Spark's own means: an explicit schema, then a SQL expression for each of
 * {@link PeerColumns#PARSED}. Takes events that are JSON objects with an id.
 */
final class SparkJson {

  private static final String PRODUCT =
      """
      STRUCT<id: STRING, name: STRING, category: STRING, brandName: STRING, brand: STRING,
        brandId: STRUCT<name: STRING>, urlPath: STRING,
        price: DECIMAL(18, 0), discountPrice: DECIMAL(18, 0)>""";

  /** The fields of the payload that those columns need; older trackers write snake_case. */
  static final String SCHEMA =
      """
      eventId STRING, eventName STRING, userId STRING, userLoginState STRING,
      identitySource STRING, clientId STRING, sessionId STRING, isFirstVisit STRING,
      event_id STRING, event_name STRING, user_id STRING, user_login_state STRING,
      identity_source STRING, client_id STRING, session_id STRING, is_first_visit STRING,
      clientTimestamp TIMESTAMP, sentAt TIMESTAMP,
      pageUrl STRING, pageTitle STRING, referrer STRING,
      product %1$s, context_product %1$s,
      _ingest STRUCT<receivedAt: TIMESTAMP, userAgent: STRING>"""
          .formatted(PRODUCT);

  private static final String COLUMNS = Resource.text("spark-json.sql");

  private SparkJson() {}

  /**
   * Returns the columns.
   *
   * @param payloads columns of {@link #SCHEMA}, and {@code key}: the raw object's key
   */
  static Dataset<Row> columns(Dataset<Row> payloads) {
    payloads.createOrReplaceTempView("payloads");
    return payloads.sparkSession().sql(COLUMNS);
  }
}
