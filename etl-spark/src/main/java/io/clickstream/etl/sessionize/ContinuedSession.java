package io.clickstream.etl.sessionize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a stored session that is continued without reading its events.
 *
 * <p>They are the values that the session's other columns in {@code SESSION_INPUT} do not hold: its
 * counts, the values of its first event, and its orders in the order of their events.
 */
final class ContinuedSession {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The order of a checkout_complete event.
   *
   * @param orderId null if the event has no order id
   * @param totalMinor null if unknown
   */
  record Order(String eventId, String orderId, Long totalMinor, String currency) {}

  private final Map<String, String> values;
  private final List<Order> orders;

  private ContinuedSession(Map<String, String> values, List<Order> orders) {
    this.values = values;
    this.orders = orders;
  }

  /** Parses the JSON object in the column {@code continued} of {@code SESSION_INPUT}. */
  static ContinuedSession parse(String json) {
    List<Order> orders = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      return new ContinuedSession(object(parser, orders), orders);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a continued session: it is not JSON.", e);
    }
  }

  /** Reads an object whose opening brace is the current token; adds the orders in its array. */
  private static Map<String, String> object(JsonParser parser, List<Order> orders)
      throws IOException {
    Map<String, String> values = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          Map<String, String> order = object(parser, orders);
          String total = order.get("order_total_minor");
          orders.add(
              new Order(
                  order.get("event_id"),
                  order.get("order_id"),
                  total == null ? null : Long.valueOf(total),
                  order.get("currency")));
        }
      } else if (value != JsonToken.VALUE_NULL) {
        values.put(name, parser.getText());
      }
    }
    return values;
  }

  /** Returns a text value, or null if the session has none. */
  String text(String name) {
    return values.get(name);
  }

  /** Returns a count. */
  long number(String name) {
    return Long.parseLong(values.get(name));
  }

  /** Returns a boolean. */
  boolean flag(String name) {
    return Boolean.parseBoolean(values.get(name));
  }

  /** Returns the orders in the order of their events. */
  List<Order> orders() {
    return orders;
  }
}
