package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ValueRule.BOOLEAN;
import static io.clickstream.etl.parse.ValueRule.CURRENCY;
import static io.clickstream.etl.parse.ValueRule.DISPLAY_TEXT;
import static io.clickstream.etl.parse.ValueRule.FIRST_TEXT;
import static io.clickstream.etl.parse.ValueRule.ID;
import static io.clickstream.etl.parse.ValueRule.IDENTITY;
import static io.clickstream.etl.parse.ValueRule.LOGIN_STATE;
import static io.clickstream.etl.parse.ValueRule.PRICE;
import static io.clickstream.etl.parse.ValueRule.TEXT;
import static io.clickstream.etl.parse.ValueRule.TIMESTAMP;

import java.util.List;

/**
 * The map from JSON names to columns: one line per column with its rule and, in order of
 * preference, the places in the payload that it is taken from.
 *
 * <p>Columns that are not here are computed: {@link TimeColumns}, {@link IdentityColumns}, {@link
 * RawKeyColumns}, {@link PageColumns}, {@link DeviceColumns}, {@link OrderLines}, {@link
 * JsonColumns} and {@link DictionaryIds}.
 */
final class FieldMap {

  static final Field EVENT_ID = Field.of("event_id", ValueRule.EVENT_ID, "eventId", "event_id");

  /** The gateway's time of the request. */
  static final Field RECEIVED_AT =
      Field.of("event_timestamp", TIMESTAMP, "_ingest.receivedAt").reportedAs("_ingest.receivedAt");

  /** The event's own time, for records that did not come through the gateway. */
  static final Field EVENT_TIMESTAMP =
      Field.of("event_timestamp", TIMESTAMP, "event_timestamp", "eventTimestamp");

  /** The client's time when it sent the event. */
  static final Field SENT_AT = Field.of("sent_at", TIMESTAMP, "sentAt");

  /** The client's time when the event occurred. */
  static final Field CLIENT_TIMESTAMP = Field.of("client_timestamp", TIMESTAMP, "clientTimestamp");

  /** The value of an order; if an unusable one was sent, the order's value is unknown. */
  static final Field ORDER_VALUE =
      Field.of("order_value_minor", ValueRule.ORDER_VALUE, "order.value", "element.dataset.total")
          .reportedAs("order_value");

  /** The same value before its range is checked. */
  static final Field ANY_ORDER_VALUE =
      Field.of("order_value_minor", PRICE, "order.value", "element.dataset.total");

  /** The columns that are taken from the payload without further computation. */
  static final List<Field> COLUMNS =
      List.of(
          Field.of("event_name", TEXT, "eventName", "event_name"),
          Field.of("user_id", IDENTITY, "userId", "user_id"),
          Field.of("user_login_state", LOGIN_STATE, "userLoginState", "user_login_state"),
          Field.of("identity_source", TEXT, "identitySource", "identity_source"),
          Field.of("client_id", IDENTITY, "clientId", "client_id"),
          Field.of("session_id", IDENTITY, "sessionId", "session_id"),
          Field.of("is_first_visit", BOOLEAN, "isFirstVisit", "is_first_visit"),
          Field.of(
              "context_product_id", ID, "product.id", "context_product.id", "context_product_id"),
          Field.of(
              "context_product_name",
              DISPLAY_TEXT,
              "product.name",
              "context_product.name",
              "context_product_name"),
          Field.of(
              "context_product_category",
              FIRST_TEXT,
              "product.category",
              "context_product.category",
              "context_product_category"),
          Field.of(
              "context_product_brand",
              DISPLAY_TEXT,
              "product.brandName",
              "product.brand.name",
              "product.brand.title",
              "product.brandId.name",
              "product.brand",
              "product.product_brand",
              "context_product.brandName",
              "context_product.brand.name",
              "context_product.brand.title",
              "context_product.brandId.name",
              "context_product.brand",
              "context_product.product_brand",
              "context_product_brand",
              "product_brand"),
          Field.of(
              "context_product_url_path",
              TEXT,
              "product.urlPath",
              "product.url_path",
              "context_product.urlPath",
              "context_product.url_path",
              "context_product_url_path"),
          Field.of(
              "context_product_price",
              PRICE,
              "product.price",
              "context_product.price",
              "context_product_price"),
          Field.of(
              "context_product_discount_price",
              PRICE,
              "product.discountPrice",
              "product.discount_price",
              "context_product.discountPrice",
              "context_product.discount_price",
              "context_product_discount_price"),
          Field.of("page_url", TEXT, "pageUrl", "page_url"),
          Field.of("page_title", DISPLAY_TEXT, "pageTitle", "page_title"),
          Field.of(
              "page_category",
              FIRST_TEXT,
              "pageCategory",
              "page_category",
              "category.slug",
              "category.name",
              "category"),
          Field.of("referrer", TEXT, "referrer"),
          Field.of("user_agent", TEXT, "_ingest.userAgent"),
          Field.of(
              "order_id",
              IDENTITY,
              "order.id",
              "element.dataset.orderId",
              "element.dataset.orderNumber"),
          ORDER_VALUE,
          Field.of("currency", CURRENCY, "order.currency"),
          Field.of("is_signed", BOOLEAN, "_ingest.signed").reportedAs("_ingest.signed"));

  /** The quantity of an order line; an unusable one is null in the line, not left out. */
  static final Field QUANTITY = orderLine("quantity", ValueRule.QUANTITY, "quantity");

  /** The discounted price of an order line; an unusable one is null in the line, not left out. */
  static final Field DISCOUNT_PRICE =
      orderLine("discount_price_minor", PRICE, "discountPrice", "discount_price");

  /** The fields of one element of {@code order.items}, which become those of an order line. */
  static final List<Field> ORDER_LINE =
      List.of(
          orderLine("product_id", ID, "productId", "product_id"),
          orderLine("name", DISPLAY_TEXT, "name"),
          orderLine("category", FIRST_TEXT, "category"),
          orderLine(
              "brand",
              DISPLAY_TEXT,
              "brandName",
              "brand.name",
              "brand.title",
              "brandId.name",
              "brand",
              "product_brand"),
          QUANTITY,
          orderLine("price_minor", PRICE, "price"),
          DISCOUNT_PRICE);

  private FieldMap() {}

  private static Field orderLine(String name, ValueRule rule, String... paths) {
    return Field.of(name, rule, paths).reportedAs(OrderLines.COLUMN);
  }
}
