package io.clickstream.bench;

import java.util.Locale;

/**
 * A measured ratio and the limit that it should keep.
 *
 * @param name the two things that were compared
 * @param limit a ratio equal to the limit is within it
 * @param sign {@code >=} if the ratio must not be smaller than the limit, {@code <=} if not greater
 */
record Target(String name, double ratio, String sign, double limit, Spread rounds) {

  private static final String AT_LEAST = ">=";
  private static final String AT_MOST = "<=";

  /** A ratio that should not be smaller than the limit. */
  static Target atLeast(double limit, String name, Ratio ratio) {
    return new Target(name, ratio.value(), AT_LEAST, limit, ratio.rounds());
  }

  /** A ratio that should not be greater than the limit. */
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
