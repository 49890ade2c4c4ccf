package io.clickstream.local.diff;

import io.clickstream.etl.sql.CopiedRows;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.local.diff.MetricsDiff.Total;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Compares the metrics of each day.
 *
 * <p>The first pass adds up each metric. The second one keeps the values that have changed most, as
 * parts of the metric's mean day: so few orders and many sessions can stand in one list.
 */
final class CompareMetrics {

  private static final int MOST_CHANGES = 10_000;

  private record DayMetric(byte[] day, byte[] metric, BigDecimal value) {

    static DayMetric of(byte[][] row) {
      return row == null
          ? null
          : new DayMetric(
              CopiedRows.value(row[0]),
              CopiedRows.value(row[1]),
              new BigDecimal(text(CopiedRows.value(row[2]))));
    }

    int compareTo(DayMetric other) {
      int days = Arrays.compareUnsigned(day, other.day);
      return days != 0 ? days : Arrays.compareUnsigned(metric, other.metric);
    }

    private static String text(byte[] value) {
      return new String(value, StandardCharsets.UTF_8);
    }

    String name() {
      return text(metric);
    }

    String dayName() {
      return text(day);
    }
  }

  @FunctionalInterface
  private interface Visitor {
    /** Receives a value of both warehouses; one of them may be null. */
    void visit(DayMetric before, DayMetric after);
  }

  private static final class Sum {
    private BigDecimal before = BigDecimal.ZERO;
    private BigDecimal after = BigDecimal.ZERO;
    private long days;
    private long daysChanged;

    private double meanDay() {
      return Math.max(before.abs().doubleValue(), after.abs().doubleValue()) / Math.max(1, days);
    }
  }

  private record Ranked(double rank, MetricChange change) {}

  private static final Comparator<Ranked> LEAST_CHANGED_FIRST =
      Comparator.comparingDouble(Ranked::rank)
          .thenComparing(ranked -> ranked.change().day(), Comparator.reverseOrder())
          .thenComparing(ranked -> ranked.change().metric(), Comparator.reverseOrder());

  private final Snapshot old;
  private final Snapshot current;
  private final Map<String, Sum> sums = new TreeMap<>();
  private final PriorityQueue<Ranked> changes = new PriorityQueue<>(LEAST_CHANGED_FIRST);
  private long changedValues;

  private CompareMetrics(Snapshot old, Snapshot current) {
    this.old = old;
    this.current = current;
  }

  static MetricsDiff compare(Snapshot old, Snapshot current) {
    CompareMetrics metrics = new CompareMetrics(old, current);
    metrics.visit(metrics::add);
    metrics.visit(metrics::rank);
    return metrics.result();
  }

  private void visit(Visitor visitor) {
    String query = SqlStatement.of(CompareMetrics.class, "metrics_by_day").text();
    CopiedRows oldRows = old.copy(query);
    CopiedRows newRows = current.copy(query);
    DayMetric before = DayMetric.of(oldRows.next());
    DayMetric after = DayMetric.of(newRows.next());
    while (before != null || after != null) {
      int order = before == null ? 1 : after == null ? -1 : before.compareTo(after);
      visitor.visit(order <= 0 ? before : null, order >= 0 ? after : null);
      if (order <= 0) {
        before = DayMetric.of(oldRows.next());
      }
      if (order >= 0) {
        after = DayMetric.of(newRows.next());
      }
    }
  }

  private static BigDecimal value(DayMetric metric) {
    return metric == null ? BigDecimal.ZERO : metric.value();
  }

  private static boolean differ(DayMetric before, DayMetric after) {
    return value(before).compareTo(value(after)) != 0;
  }

  private void add(DayMetric before, DayMetric after) {
    Sum sum = sums.computeIfAbsent((before == null ? after : before).name(), name -> new Sum());
    sum.before = sum.before.add(value(before));
    sum.after = sum.after.add(value(after));
    sum.days++;
    sum.daysChanged += differ(before, after) ? 1 : 0;
  }

  private void rank(DayMetric before, DayMetric after) {
    if (!differ(before, after)) {
      return;
    }
    changedValues++;
    DayMetric any = before == null ? after : before;
    MetricChange change = new MetricChange(any.dayName(), any.name(), value(before), value(after));
    double meanDay = sums.get(change.metric()).meanDay();
    changes.add(
        new Ranked(meanDay == 0 ? 0 : change.change().abs().doubleValue() / meanDay, change));
    if (changes.size() > MOST_CHANGES) {
      changes.remove();
    }
  }

  private MetricsDiff result() {
    List<Total> totals = new ArrayList<>();
    sums.forEach(
        (metric, sum) -> {
          if (sum.daysChanged > 0) {
            totals.add(new Total(metric, sum.before, sum.after, sum.daysChanged));
          }
        });
    totals.sort(Comparator.comparingDouble(CompareMetrics::relativeChange).reversed());
    List<Ranked> ranked = new ArrayList<>(changes);
    ranked.sort(Collections.reverseOrder(LEAST_CHANGED_FIRST));
    return new MetricsDiff(totals, ranked.stream().map(Ranked::change).toList(), changedValues);
  }

  private static double relativeChange(Total total) {
    BigDecimal greater = total.before().abs().max(total.after().abs());
    return greater.signum() == 0
        ? 0
        : total
            .after()
            .subtract(total.before())
            .abs()
            .divide(greater, MathContext.DECIMAL32)
            .doubleValue();
  }
}
