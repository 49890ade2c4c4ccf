package io.clickstream.bench.peer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Events as one would parse them with what Spark has: an explicit schema, then an expression for
 * each of {@link PeerColumns#PARSED}. For events that are JSON objects with an id.
 */
public final class SparkJson {

  private static final String PRODUCT =
      """
      STRUCT<id: STRING, name: STRING, category: STRING, brandName: STRING, brand: STRING,
        brandId: STRUCT<name: STRING>, urlPath: STRING,
        price: DECIMAL(18, 0), discountPrice: DECIMAL(18, 0)>""";

  /** What the payloads hold for those columns; older trackers write snake_case. */
  public static final String SCHEMA =
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

  private static final String QUEUED = "unix_micros(sentAt) - unix_micros(clientTimestamp)";
  private static final String WEEK = "604800000000L";

  private SparkJson() {}

  /**
   * The columns.
   *
   * @param parsed columns of {@link #SCHEMA}
   * @param key expression for the raw object's key
   */
  public static Dataset<Row> columns(Dataset<Row> parsed, String key) {
    Map<String, String> expressions = new LinkedHashMap<>();
    expressions.put("event_id", "lower(coalesce(eventId, event_id))");
    expressions.put("event_timestamp", "unix_micros(_ingest.receivedAt)");
    expressions.put("event_name", "coalesce(" + texts("eventName", "event_name") + ", 'unknown')");
    expressions.put("user_id", first(identity("userId"), identity("user_id")));
    expressions.put(
        "user_login_state",
        "replace("
            + first(texts("userLoginState", "user_login_state"))
            + ", 'anonymous', 'guest')");
    expressions.put("identity_source", first(texts("identitySource", "identity_source")));
    expressions.put("client_id", first(identity("clientId"), identity("client_id")));
    expressions.put("session_id", first(identity("sessionId"), identity("session_id")));
    expressions.put(
        "is_first_visit", "try_cast(coalesce(isFirstVisit, is_first_visit) AS BOOLEAN)");
    expressions.put("context_product_id", ofProduct("id"));
    expressions.put("context_product_name", ofProduct("name"));
    expressions.put(
        "context_product_category", first(category("product"), category("context_product")));
    expressions.put("context_product_brand", first(brand("product"), brand("context_product")));
    expressions.put("context_product_url_path", ofProduct("urlPath"));
    expressions.put("context_product_price", price("price"));
    expressions.put("context_product_discount_price", price("discountPrice"));
    expressions.put(
        "occurred_at",
        "unix_micros(_ingest.receivedAt) - IF(%1$s BETWEEN 0 AND %2$s, %1$s, 0)"
            .formatted(QUEUED, WEEK));
    expressions.put("raw_object_key", key);
    expressions.put("page_url", text("pageUrl"));
    expressions.put("page_title", text("pageTitle"));
    expressions.put("referrer", text("referrer"));
    expressions.put("user_agent", text("_ingest.userAgent"));
    return parsed
        .select(
            expressions.entrySet().stream()
                .map(column -> functions.expr(column.getValue()).as(column.getKey()))
                .toArray(Column[]::new))
        .withColumn(
            "visitor_id",
            functions.expr(
                "coalesce('c:' || client_id, 'u:' || user_id, 's:' || session_id, 'e:' || event_id)"));
  }

  private static String text(String field) {
    return "nullif(trim(" + field + "), '')";
  }

  private static String texts(String... fields) {
    return String.join(", ", Arrays.stream(fields).map(SparkJson::text).toList());
  }

  private static String first(String... expressions) {
    return "coalesce(" + String.join(", ", expressions) + ")";
  }

  private static String identity(String field) {
    return """
        IF(trim(%1$s) IN ('', 'undefined', 'null', '[object Object]',
          '00000000-0000-0000-0000-000000000000'), NULL, trim(%1$s))"""
        .formatted(field);
  }

  private static String ofProduct(String field) {
    return first(texts("product." + field, "context_product." + field));
  }

  private static String price(String field) {
    return "CAST(coalesce(product.%1$s, context_product.%1$s) AS BIGINT)".formatted(field);
  }

  /** A list's first. */
  private static String category(String product) {
    return text(
        "IF(%1$s.category LIKE '[%%', get_json_object(%1$s.category, '$[0]'), %1$s.category)"
            .formatted(product));
  }

  /** In the order of preference; an object has a name or a title. */
  private static String brand(String product) {
    return """
        nullif(trim(CASE
          WHEN trim(%1$s.brandName) <> '' THEN %1$s.brandName
          WHEN %1$s.brand LIKE '{%%' THEN coalesce(get_json_object(%1$s.brand, '$.name'),
            get_json_object(%1$s.brand, '$.title'))
          WHEN trim(%1$s.brandId.name) <> '' THEN %1$s.brandId.name
          ELSE %1$s.brand END), '')"""
        .formatted(product);
  }
}
