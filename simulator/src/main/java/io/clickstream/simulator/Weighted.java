package io.clickstream.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Draws items in proportion to their weights.
 *
 * @param <T> the items
 */
final class Weighted<T> {

  private final List<T> items;
  private final double[] cumulative;

  private Weighted(List<T> items, double[] cumulative) {
    this.items = items;
    this.cumulative = cumulative;
  }

  static <T> Weighted<T> of(List<T> items, ToDoubleFunction<T> weight) {
    Builder<T> choices = choices();
    items.forEach(item -> choices.add(weight.applyAsDouble(item), item));
    return choices.build();
  }

  /** Returns a choice of items with their weights. */
  static <T> Builder<T> choices() {
    return new Builder<>();
  }

  T draw(SeededRandom random) {
    double at = random.unit() * cumulative[cumulative.length - 1];
    int i = 0;
    while (i < cumulative.length - 1 && at >= cumulative[i]) {
      i++;
    }
    return items.get(i);
  }

  /** Collects items with their weights. */
  static final class Builder<T> {
    private final List<T> items = new ArrayList<>();
    private final List<Double> cumulative = new ArrayList<>();
    private double sum;

    Builder<T> add(double weight, T item) {
      sum += weight;
      items.add(item);
      cumulative.add(sum);
      return this;
    }

    Weighted<T> build() {
      return new Weighted<>(
          List.copyOf(items), cumulative.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
