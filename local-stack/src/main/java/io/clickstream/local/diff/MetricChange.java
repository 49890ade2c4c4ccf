package io.clickstream.local.diff;

import java.math.BigDecimal;

/**
 * A metric of a day that differs. A warehouse without the metric on the day has the value 0.
 *
 * @param day reporting day, such as {@code 2026-11-22}
 * @param metric name, with the currency or the channel
 * @param before value of the old warehouse
 * @param after value of the new warehouse
 */
public record MetricChange(String day, String metric, BigDecimal before, BigDecimal after) {

  /** Returns the new value less the old one. */
  public BigDecimal change() {
    return after.subtract(before);
  }
}
