package io.clickstream.bench;

import java.util.List;
import java.util.Locale;

/**
 * How far the values of repeated runs lie apart.
 *
 * @param values at least one
 */
public record Spread(List<Double> values) {

  public Spread {
    values = values.stream().sorted().toList();
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no value was measured");
    }
  }

  /** The middle value, or the mean of the two in the middle. */
  public double median() {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  /** The least value. */
  public double min() {
    return values.get(0);
  }

  /** The greatest value. */
  public double max() {
    return values.get(values.size() - 1);
  }

  /** {@code median 1.08 (0.97..1.21, 7 runs)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %.2f (%.2f..%.2f, %d %s)",
        median(),
        min(),
        max(),
        values.size(),
        values.size() == 1 ? "run" : "runs");
  }
}
