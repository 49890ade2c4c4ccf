package io.clickstream.etl.parse;

import static io.clickstream.etl.schema.Columns.STAGED_EVENT;

import java.util.HashMap;
import java.util.Map;

/** The values of one row of {@code STAGED_EVENT} while it is being filled. */
final class EventRow {

  private static final Map<String, Integer> POSITIONS = positions();

  private final Object[] values = new Object[STAGED_EVENT.all().size()];

  private static Map<String, Integer> positions() {
    Map<String, Integer> positions = new HashMap<>();
    for (String name : STAGED_EVENT.names()) {
      positions.put(name, positions.size());
    }
    return positions;
  }

  void set(String column, Object value) {
    values[POSITIONS.get(column)] = value;
  }

  /** Returns the value of a text column. */
  String text(String column) {
    return (String) values[POSITIONS.get(column)];
  }

  boolean isNull(String column) {
    return values[POSITIONS.get(column)] == null;
  }

  /** Returns the values in the order of the columns. */
  Object[] values() {
    return values;
  }
}
