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
 * What a stored session needs besides its attributes to go on without its events: counts, what its
 * first event gave, and its orders in order.
 */
final class CarriedSession {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A checkout_complete event.
   *
   * @param orderId null when it has none
   * @param totalMinor null when unknown
   */
  record Order(String eventId, String orderId, Long totalMinor, String currency) {}

  private final Map<String, String> values;
  private final List<Order> orders;

  private CarriedSession(Map<String, String> values, List<Order> orders) {
    this.values = values;
    this.orders = orders;
  }

  /** Reads the object of {@code SESSION_INPUT.carried}. */
  static CarriedSession parse(String json) {
    List<Order> orders = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      return new CarriedSession(object(parser, orders), orders);
    } catch (IOException e) {
      throw new UncheckedIOException("a carried session is no JSON", e);
    }
  }

  /** The scalars of the object that begins at the parser's token; its array has the orders. */
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

  /** Null when the session has none. */
  String text(String name) {
    return values.get(name);
  }

  long number(String name) {
    return Long.parseLong(values.get(name));
  }

  List<Order> orders() {
    return orders;
  }
}
