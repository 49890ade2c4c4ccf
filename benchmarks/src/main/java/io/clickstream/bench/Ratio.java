package io.clickstream.bench;

import java.util.List;

/**
 * A measured ratio.
 *
 * @param value the ratio of the medians, which is compared with the target
 * @param rounds the ratios of the single rounds
 */
record Ratio(double value, Spread rounds) {

  /** A ratio that was measured once. */
  static Ratio once(double value) {
    return new Ratio(value, Spread.of(List.of(value)));
  }

  /** The greatest of several ratios. */
  static Ratio greatest(List<Double> values) {
    Spread spread = Spread.of(values);
    return new Ratio(spread.max(), spread);
  }
}
