package io.clickstream.etl.schema;

import static io.clickstream.etl.schema.ColumnType.BIGINT;
import static io.clickstream.etl.schema.ColumnType.BOOLEAN;
import static io.clickstream.etl.schema.ColumnType.BYTEA;
import static io.clickstream.etl.schema.ColumnType.INTEGER;
import static io.clickstream.etl.schema.ColumnType.JSONB;
import static io.clickstream.etl.schema.ColumnType.TEXT;
import static io.clickstream.etl.schema.ColumnType.TIMESTAMPTZ;
import static io.clickstream.etl.schema.ColumnType.UUID;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * An ordered list of columns: the shape of a table in PostgreSQL and of the Spark rows that are
 * written to it or read from it.
 */
public record Columns(List<Column> all) implements Serializable {

  /**
   * An event as parsing returns it: {@link #STORED_EVENT}, and the values that {@code
   * event_details} adds to it.
   */
  public static final Columns PARSED_EVENT =
      of(
          new Column("event_id", UUID),
          new Column("event_timestamp", TIMESTAMPTZ),
          new Column("event_name", TEXT),
          new Column("user_id", TEXT),
          new Column("user_login_state", TEXT),
          new Column("identity_source", TEXT),
          new Column("client_id", TEXT),
          new Column("session_id", TEXT),
          new Column("is_first_visit", BOOLEAN),
          new Column("context_product_id", TEXT),
          new Column("context_product_name", TEXT),
          new Column("context_product_category", TEXT),
          new Column("context_product_brand", TEXT),
          new Column("context_product_url_path", TEXT),
          new Column("context_product_price", BIGINT),
          new Column("context_product_discount_price", BIGINT),
          new Column("occurred_at", TIMESTAMPTZ),
          new Column("visitor_id", TEXT),
          new Column("raw_object_key", TEXT),
          new Column("page_url", TEXT),
          new Column("page_path", TEXT),
          new Column("page_title", TEXT),
          new Column("referrer", TEXT),
          new Column("referrer_host", TEXT),
          new Column("user_agent", TEXT),
          new Column("is_bot", BOOLEAN),
          new Column("device_category", TEXT),
          new Column("utm_source", TEXT),
          new Column("utm_medium", TEXT),
          new Column("utm_campaign", TEXT),
          new Column("utm_term", TEXT),
          new Column("utm_content", TEXT),
          new Column("click_id", TEXT),
          new Column("click_id_type", TEXT),
          new Column("element", JSONB),
          new Column("order_id", TEXT),
          new Column("order_value_minor", BIGINT),
          new Column("currency", TEXT),
          new Column("order_items", JSONB),
          new Column("properties", JSONB),
          new Column("canonical_name", TEXT),
          new Column("client_timestamp", TIMESTAMPTZ),
          new Column("sent_at", TIMESTAMPTZ),
          new Column("page_category", TEXT),
          new Column("is_signed", BOOLEAN),
          new Column("is_order_value_unusable", BOOLEAN),
          new Column("raw_id", UUID),
          new Column("raw_hour", INTEGER),
          new Column("raw_line", INTEGER),
          new Column("page_address", TEXT),
          new Column("page_query", TEXT),
          new Column("client_properties", JSONB),
          new Column("page_id", UUID),
          new Column("referrer_id", UUID),
          new Column("agent_id", UUID),
          new Column("element_id", UUID));

  /** The columns of {@code clickstream_events} without the session key. */
  public static final Columns STORED_EVENT =
      PARSED_EVENT.without(
          Stream.concat(
                  Stream.of("raw_object_key", "page_url"),
                  Stream.of(Dictionary.values()).flatMap(values -> values.columns().stream()))
              .collect(Collectors.toSet()));

  /**
   * {@link #PARSED_EVENT} and the names of the fields whose value was unusable, comma-separated.
   */
  public static final Columns STAGED_EVENT = PARSED_EVENT.and(new Column("coerced_fields", TEXT));

  /** The columns of {@code rejected_records}. */
  public static final Columns REJECTED_RECORD =
      of(
          new Column("object_key", TEXT),
          new Column("reason", TEXT),
          new Column("detail", TEXT),
          new Column("body", BYTEA));

  /** The columns of {@code erased_records}. */
  public static final Columns ERASED_RECORD = of(new Column("object_key", TEXT));

  /** The columns of {@code etl_erased_ids}. */
  public static final Columns ERASED_ID =
      of(
          new Column("kind", TEXT),
          new Column("id", TEXT),
          new Column("request_id", UUID),
          new Column("received_before", TIMESTAMPTZ));

  /**
   * A raw record: its key, the last modification of its object, its bytes and their number.
   *
   * <p>A record that is too large has only its first bytes in {@code body} and its full length in
   * {@code length}.
   */
  public static final Columns RAW_RECORD =
      of(
          new Column("key", TEXT),
          new Column("last_modified", TIMESTAMPTZ),
          new Column("body", BYTEA),
          new Column("length", BIGINT));

  /** The outcome of reading a listed object and the number of records in it. */
  public static final Columns OBJECT_OUTCOME =
      of(
          new Column("object_key", TEXT),
          new Column("outcome", TEXT),
          new Column("records", INTEGER),
          new Column("detail", TEXT));

  /**
   * The input of sessionizing: one row per event or continued session.
   *
   * <p>A row with {@code continued} represents a stored session whose events are not read. Its
   * place is that of the session's last event; its {@code canonical_name} is NULL. It has the
   * session's start and first event; {@code continued} is a JSON object with the other values that
   * the session needs to be continued.
   */
  public static final Columns SESSION_INPUT =
      of(
          new Column("visitor_id", TEXT),
          new Column("occurred_at", TIMESTAMPTZ),
          new Column("event_id", UUID),
          new Column("event_name", TEXT),
          new Column("canonical_name", TEXT),
          new Column("client_id", TEXT),
          new Column("user_id", TEXT),
          new Column("is_first_visit", BOOLEAN),
          new Column("is_bot", BOOLEAN),
          new Column("page_url", TEXT),
          new Column("page_path", TEXT),
          new Column("referrer", TEXT),
          new Column("referrer_host", TEXT),
          new Column("utm_source", TEXT),
          new Column("utm_medium", TEXT),
          new Column("utm_campaign", TEXT),
          new Column("utm_term", TEXT),
          new Column("utm_content", TEXT),
          new Column("click_id", TEXT),
          new Column("click_id_type", TEXT),
          new Column("device_category", TEXT),
          new Column("order_id", TEXT),
          new Column("order_total_minor", BIGINT),
          new Column("currency", TEXT),
          new Column("continued_started_at", TIMESTAMPTZ),
          new Column("continued_first_event_id", UUID),
          new Column("continued", JSONB));

  /** The session of an event. */
  public static final Columns EVENT_SESSION =
      of(new Column("event_id", UUID), new Column("session_key", UUID));

  /** The columns of {@code clickstream_sessions} that Spark computes. */
  public static final Columns SESSION =
      of(
          new Column("session_key", UUID),
          new Column("visitor_id", TEXT),
          new Column("client_id", TEXT),
          new Column("user_id", TEXT),
          new Column("started_at", TIMESTAMPTZ),
          new Column("ended_at", TIMESTAMPTZ),
          new Column("first_event_id", UUID),
          new Column("last_event_id", UUID),
          new Column("duration_s", BIGINT),
          new Column("event_count", BIGINT),
          new Column("page_view_count", BIGINT),
          new Column("product_view_count", BIGINT),
          new Column("add_to_cart_count", BIGINT),
          new Column("remove_from_cart_count", BIGINT),
          new Column("checkout_start_count", BIGINT),
          new Column("checkout_complete_count", BIGINT),
          new Column("landing_page_url", TEXT),
          new Column("exit_page_url", TEXT),
          new Column("referrer", TEXT),
          new Column("is_first_visit", BOOLEAN),
          new Column("is_engaged", BOOLEAN),
          new Column("is_bounce", BOOLEAN),
          new Column("is_converted", BOOLEAN),
          new Column("is_bot", BOOLEAN),
          new Column("landing_page_path", TEXT),
          new Column("exit_page_path", TEXT),
          new Column("first_event_name", TEXT),
          new Column("last_event_name", TEXT),
          new Column("referrer_host", TEXT),
          new Column("utm_source", TEXT),
          new Column("utm_medium", TEXT),
          new Column("utm_campaign", TEXT),
          new Column("utm_term", TEXT),
          new Column("utm_content", TEXT),
          new Column("click_id", TEXT),
          new Column("click_id_type", TEXT),
          new Column("device_category", TEXT),
          new Column("order_count", BIGINT),
          new Column("revenue_minor", BIGINT),
          new Column("currency", TEXT),
          new Column("bot_reason", TEXT));

  public Columns {
    all = List.copyOf(all);
  }

  public static Columns of(Column... columns) {
    return new Columns(List.of(columns));
  }

  /** Returns the same columns with a prefix before each name. */
  Columns prefixed(String prefix) {
    return new Columns(
        all.stream().map(column -> new Column(prefix + column.name(), column.type())).toList());
  }

  /** Returns these columns followed by others. */
  public Columns and(Columns others) {
    return new Columns(Stream.concat(all.stream(), others.all.stream()).toList());
  }

  /** Returns these columns followed by more. */
  public Columns and(Column... more) {
    return new Columns(Stream.concat(all.stream(), Stream.of(more)).toList());
  }

  private Columns without(Set<String> names) {
    return new Columns(all.stream().filter(column -> !names.contains(column.name())).toList());
  }

  /** Returns the names in order. */
  public List<String> names() {
    return all.stream().map(Column::name).toList();
  }

  /** Returns the types in order. */
  public ColumnType[] types() {
    return all.stream().map(Column::type).toArray(ColumnType[]::new);
  }

  /** Returns {@code a, b, c}, or with an alias {@code t.a, t.b, t.c}. */
  public String list(String alias) {
    String prefix = alias.isEmpty() ? "" : alias + ".";
    return all.stream().map(column -> prefix + column.name()).collect(Collectors.joining(", "));
  }

  /** Returns the body of a {@code CREATE TABLE}: {@code a TYPE, b TYPE}; text orders by bytes. */
  public String definition() {
    return all.stream()
        .map(
            column ->
                column.name()
                    + " "
                    + column.type()
                    + (column.type() == TEXT ? " COLLATE \"C\"" : ""))
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the position of a column.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int indexOf(String name) {
    int index = names().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("Cannot find column " + name + ".");
    }
    return index;
  }

  /** Returns the Spark schema; every field is nullable. */
  public StructType sparkSchema() {
    List<StructField> fields = new ArrayList<>();
    for (Column column : all) {
      fields.add(new StructField(column.name(), column.type().sparkType(), true, Metadata.empty()));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }
}
