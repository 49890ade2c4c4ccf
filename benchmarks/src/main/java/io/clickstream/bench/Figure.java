package io.clickstream.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measured values of one unit that are read side by side.
 *
 * @param values by name, in the order in which they are shown
 */
record Figure(String title, String unit, Map<String, Spread> values) {

  /** Copies the values. */
  public Figure {
    values = new LinkedHashMap<>(values);
  }

  List<String> lines() {
    return values.entrySet().stream()
        .map(value -> "%s, %s: %s %s".formatted(title, value.getKey(), unit, value.getValue()))
        .toList();
  }
}
