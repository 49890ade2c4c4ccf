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

  /** Returns the place of a column, by which {@link #set(int, Object)} saves a look-up. */
  static int position(String column) {
    return POSITIONS.get(column);
  }

  void set(String column, Object value) {
    set(position(column), value);
  }

  void set(int position, Object value) {
    values[position] = value;
  }

  /** Returns the value of a text column. */
  String text(String column) {
    return (String) values[position(column)];
  }

  boolean isNull(String column) {
    return values[position(column)] == null;
  }

  /** Returns the values in the order of the columns. */
  Object[] values() {
    return values;
  }
}
