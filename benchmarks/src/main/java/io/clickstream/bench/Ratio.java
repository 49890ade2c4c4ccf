package io.clickstream.bench;

import java.util.List;

/** The ratio of two medians, which is compared with the target, and the ratios of the rounds. */
record Ratio(double value, Spread rounds) {

  static Ratio once(double value) {
    return new Ratio(value, Spread.of(List.of(value)));
  }

  static Ratio greatest(List<Double> values) {
    Spread spread = Spread.of(values);
    return new Ratio(spread.max(), spread);
  }
}
