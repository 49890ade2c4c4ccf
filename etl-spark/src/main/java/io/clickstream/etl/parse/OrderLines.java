package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes {@code order_items}, a JSON array of order lines, from {@code order.items}; and {@code
 * is_order_value_unusable}, because the lines do not replace a value that was sent. They do if it
 * is below 0, as shops send it for a return: the lines say what came back.
 *
 * <p>Each element becomes one line with the fields of {@link FieldMap#ORDER_LINE}; an absent or
 * unusable field is left out. An unusable quantity or discounted price is null in the line: for an
 * absent one 1 or the price counts, but this one makes the line's total unknown.
 *
 * <p>An element without any value is not a line: null, blank text, or an object or array with only
 * such values. An element with a value is a line. If it is not an object, it is reported and has no
 * fields, so that its total is unknown.
 *
 * <p>At most {@link Limits#ORDER_LINES} lines are kept. If there are more, the last one kept stands
 * for the rest: its quantity is null, so that the total of the order is unknown.
 */
final class OrderLines {

  static final String COLUMN = "order_items";

  private static final Set<Field> NULL_IF_UNUSABLE =
      Set.of(FieldMap.QUANTITY, FieldMap.DISCOUNT_PRICE);

  private OrderLines() {}

  static void fill(EventRow row, Payload payload) {
    boolean isValueUnusable =
        row.isNull("order_value_minor")
            && FieldMap.ORDER_VALUE.isPresent(payload)
            && !FieldMap.ANY_ORDER_VALUE.isNegative(payload);
    row.set("is_order_value_unusable", isValueUnusable ? true : null);
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
      if (lines.size() > Limits.ORDER_LINES) {
        break;
      }
      if (!holdsValue(item)) {
        continue;
      }
      if (item instanceof Map<?, ?> object) {
        lines.add(line(payload.line(JsonTree.object(object))));
      } else {
        payload.reportUnusable(COLUMN);
        lines.add(Map.of());
      }
    }
    if (lines.size() > Limits.ORDER_LINES) {
      payload.reportUnusable(COLUMN);
      return withRest(lines);
    }
    return lines;
  }

  private static boolean holdsValue(Object json) {
    if (json instanceof Map<?, ?> fields) {
      return fields.values().stream().anyMatch(OrderLines::holdsValue);
    }
    if (json instanceof List<?> items) {
      return items.stream().anyMatch(OrderLines::holdsValue);
    }
    return json instanceof String text ? Text.clean(text) != null : json != null;
  }

  private static List<Object> withRest(List<Object> lines) {
    List<Object> kept = new ArrayList<>(lines.subList(0, Limits.ORDER_LINES - 1));
    kept.add(Collections.singletonMap(FieldMap.QUANTITY.column(), null));
    return kept;
  }

  private static Map<String, Object> line(Payload item) {
    Map<String, Object> line = new LinkedHashMap<>();
    for (Field field : FieldMap.ORDER_LINE) {
      Object value = field.read(item);
      if (value != null || (NULL_IF_UNUSABLE.contains(field) && field.isPresent(item))) {
        line.put(field.column(), value);
      }
    }
    return line;
  }
}
