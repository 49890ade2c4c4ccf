package io.clickstream.bench;

import java.util.Collection;
import java.util.Locale;

/** Median and range of repeated runs. */
record Spread(double median, double min, double max, int runs) {

  static Spread of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("Cannot compute a median: no value was measured.");
    }
    int last = sorted.length - 1;
    double median = (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
    return new Spread(median, sorted[0], sorted[last], sorted.length);
  }

  /** {@code median 1.08 (0.97..1.21, 7 runs)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %.2f (%.2f..%.2f, %d %s)",
        median,
        min,
        max,
        runs,
        runs == 1 ? "run" : "runs");
  }
}
