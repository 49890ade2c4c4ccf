package io.clickstream.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measured values that belong side by side.
 *
 * @param unit of all of them
 * @param values by what was measured, in the order in which they are shown
 */
public record Figure(String title, String unit, Map<String, Spread> values) {

  public Figure {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A line a value. */
  public List<String> lines() {
    return values.entrySet().stream()
        .map(value -> "%s, %s: %s %s".formatted(title, value.getKey(), unit, value.getValue()))
        .toList();
  }
}
