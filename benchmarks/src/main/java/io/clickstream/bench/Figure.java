package io.clickstream.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measured values of one unit that are read side by side, in the order of the map. */
record Figure(String title, String unit, Map<String, Spread> values) {

  public Figure {
    values = new LinkedHashMap<>(values);
  }

  List<String> lines() {
    return values.entrySet().stream()
        .map(value -> "%s, %s: %s %s".formatted(title, value.getKey(), unit, value.getValue()))
        .toList();
  }
}
