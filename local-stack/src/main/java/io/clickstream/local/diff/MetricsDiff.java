package io.clickstream.local.diff;

import java.math.BigDecimal;
import java.util.List;

/**
 * What differs in the metrics of days.
 *
 * @param totals the metrics that differ on a day, the most changed first
 * @param changes the most changed values of days, the most changed first. Changes of different
 *     metrics are compared as parts of the metric's mean day
 * @param changedValues number of values that differ, of which {@code changes} may be a part
 */
public record MetricsDiff(List<Total> totals, List<MetricChange> changes, long changedValues) {

  /**
   * The sum of a metric over all days. For visitors it counts a visitor on each day.
   *
   * @param daysChanged number of days on which the metric differs
   */
  public record Total(String metric, BigDecimal before, BigDecimal after, long daysChanged) {}

  public MetricsDiff {
    totals = List.copyOf(totals);
    changes = List.copyOf(changes);
  }
}
