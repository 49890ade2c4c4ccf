package io.clickstream.etl.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes {@code order_items}, a JSON array of order lines, from {@code order.items}.
 *
 * <p>Each element that is an object becomes one line with the fields of {@link
 * FieldMap#ORDER_LINE}; an absent or unusable field is left out. Elements of another type are left
 * out and reported.
 */
final class OrderLines {

  static final String COLUMN = "order_items";

  private OrderLines() {}

  static void fill(EventRow row, Payload payload) {
    Object items = payload.block(Block.ORDER).get("items");
    if (items instanceof List<?> list) {
      List<Object> lines = lines(list, payload);
      row.set(COLUMN, lines.isEmpty() ? null : JsonText.of(lines));
    } else if (items != null) {
      payload.reportUnusable(COLUMN);
    }
  }

  private static List<Object> lines(List<?> items, Payload payload) {
    List<Object> lines = new ArrayList<>();
    for (Object item : items) {
      if (item instanceof Map<?, ?> object) {
        lines.add(line(payload.line(JsonTree.object(object))));
      } else {
        payload.reportUnusable(COLUMN);
      }
    }
    return lines;
  }

  private static Map<String, Object> line(Payload item) {
    Map<String, Object> line = new LinkedHashMap<>();
    for (Field field : FieldMap.ORDER_LINE) {
      Object value = field.read(item);
      if (value != null) {
        line.put(field.column(), value);
      }
    }
    return line;
  }
}
