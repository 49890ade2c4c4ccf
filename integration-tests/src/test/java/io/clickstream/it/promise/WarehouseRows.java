package io.clickstream.it.promise;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Rows of the tables that {@link Model} computes, as text by primary key. */
final class WarehouseRows {

  private static final String EVENTS = "event_details";
  private static final String SESSIONS = "clickstream_sessions";
  private static final String DUPLICATES = "duplicate_records";
  private static final String REJECTED = "rejected_records";

  private static final String ERASED = "erased_records";
  private static final String HOURS = "traffic_hourly";
  private static final String MINUTES = "traffic_minutely";
  private static final String STEPS = "session_steps";
  private static final String ORDERS = "clickstream_orders";

  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry(
              EVENTS,
              "event_id, raw_object_key, event_timestamp, occurred_at, visitor_id, event_name,"
                  + " canonical_name, client_timestamp, session_key"),
          Map.entry(
              SESSIONS,
              "session_key, visitor_id, client_id, user_id, started_at, ended_at, first_event_id,"
                  + " last_event_id, duration_s, event_count, page_view_count, product_view_count,"
                  + " add_to_cart_count, remove_from_cart_count, checkout_start_count,"
                  + " checkout_complete_count, landing_page_url, exit_page_url, landing_page_path,"
                  + " exit_page_path, referrer, referrer_host, utm_source, utm_medium, utm_campaign,"
                  + " click_id, click_id_type, is_first_visit, is_engaged, is_bounce, is_converted,"
                  + " is_bot, device_category, session_date, first_event_name, last_event_name,"
                  + " order_count, revenue_minor, currency, bot_reason"),
          Map.entry(DUPLICATES, "object_key, event_id"),
          Map.entry(REJECTED, "object_key, reason"),
          Map.entry(ERASED, "object_key"),
          Map.entry(STEPS, "session_key, event_names"),
          Map.entry(
              ORDERS,
              "order_id, event_id, visitor_id, user_id, revenue_minor, currency, is_signed,"
                  + " conflicting_claims"),
          Map.entry(
              HOURS,
              "hour, day, events, page_views, visitors, sessions, engaged_sessions,"
                  + " converted_sessions, bot_events, bot_sessions"),
          Map.entry(MINUTES, "minute, hour, events, bot_events"));

  private static final int DIFFERENCES_SHOWN = 12;

  private final Map<String, Map<String, String>> tables = new TreeMap<>();

  WarehouseRows() {
    COLUMNS.keySet().forEach(table -> tables.put(table, new TreeMap<>()));
  }

  void event(Object... values) {
    add(EVENTS, values);
  }

  void session(Object... values) {
    add(SESSIONS, values);
  }

  void duplicate(Object... values) {
    add(DUPLICATES, values);
  }

  void rejected(Object... values) {
    add(REJECTED, values);
  }

  void erased(Object... values) {
    add(ERASED, values);
  }

  void steps(Object... values) {
    add(STEPS, values);
  }

  void order(Object... values) {
    add(ORDERS, values);
  }

  void hour(Object... values) {
    add(HOURS, values);
  }

  void minute(Object... values) {
    add(MINUTES, values);
  }

  /** Copies the rows of some hours. */
  void copyHours(WarehouseRows to, Predicate<Instant> wanted) {
    tables
        .get(HOURS)
        .forEach(
            (hour, row) -> {
              if (wanted.test(Instant.parse(hour))) {
                to.tables.get(HOURS).put(hour, row);
              }
            });
  }

  /** Copies the rows of some orders. */
  void copyOrders(WarehouseRows to, Predicate<String> wanted) {
    tables
        .get(ORDERS)
        .forEach(
            (id, row) -> {
              if (wanted.test(id)) {
                to.tables.get(ORDERS).put(id, row);
              }
            });
  }

  private void add(String table, Object... values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(String.valueOf(value));
    }
    if (tables.get(table).put(texts.get(0), String.join(" | ", texts)) != null) {
      throw new IllegalStateException("a second row of " + table + " with key " + texts.get(0));
    }
  }

  /** Reads the rows of a warehouse. */
  static WarehouseRows read(Connection connection) throws SQLException {
    WarehouseRows rows = new WarehouseRows();
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> table : COLUMNS.entrySet()) {
        ResultSet row =
            statement.executeQuery("SELECT " + table.getValue() + " FROM " + table.getKey());
        int width = row.getMetaData().getColumnCount();
        while (row.next()) {
          Object[] values = new Object[width];
          for (int i = 0; i < width; i++) {
            boolean isTime = row.getMetaData().getColumnTypeName(i + 1).equals("timestamptz");
            values[i] = isTime ? instant(row, i + 1) : row.getObject(i + 1);
          }
          rows.add(table.getKey(), values);
        }
      }
    }
    return rows;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** Returns some rows that only one of two has; empty if they are equal. */
  List<String> differences(WarehouseRows expected) {
    List<String> differences = new ArrayList<>();
    for (String table : tables.keySet()) {
      addDifferences(differences, table + " lacks ", expected.tables.get(table), tables.get(table));
      addDifferences(differences, table + " has   ", tables.get(table), expected.tables.get(table));
    }
    return differences;
  }

  private static void addDifferences(
      List<String> differences,
      String what,
      Map<String, String> these,
      Map<String, String> others) {
    these.entrySet().stream()
        .filter(row -> !row.getValue().equals(others.get(row.getKey())))
        .limit(DIFFERENCES_SHOWN)
        .forEach(row -> differences.add(what + row.getValue()));
  }
}
