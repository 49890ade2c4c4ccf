package io.clickstream.bench;

import java.util.Locale;

/** A measured ratio and its limit. A ratio equal to the limit meets the target. */
record Target(String name, double ratio, String sign, double limit, Spread rounds) {

  private static final String AT_LEAST = ">=";
  private static final String AT_MOST = "<=";

  static Target atLeast(double limit, String name, Ratio ratio) {
    return new Target(name, ratio.value(), AT_LEAST, limit, ratio.rounds());
  }

  static Target atMost(double limit, String name, Ratio ratio) {
    return new Target(name, ratio.value(), AT_MOST, limit, ratio.rounds());
  }

  /** Returns true if the ratio is within the limit; NaN never is. */
  boolean met() {
    return sign.equals(AT_LEAST) ? ratio >= limit : ratio <= limit;
  }

  /** Name, ratio, target, {@code ok} or {@code missed}, then the spread of the rounds. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%-48s %8.2f  %s %5.2f  %-6s  %s",
        name,
        ratio,
        sign,
        limit,
        met() ? "ok" : "missed",
        rounds);
  }
}
