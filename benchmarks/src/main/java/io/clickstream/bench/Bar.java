package io.clickstream.bench;

import java.util.Locale;

/**
 * A measured value and the bar that it is held against.
 *
 * @param name what was measured
 * @param measured a ratio, without unit
 * @param direction on which side of the limit it has to be
 * @param limit the bar itself still holds
 * @param spread of the single runs that {@code measured} sums up
 */
public record Bar(String name, double measured, Direction direction, double limit, Spread spread) {

  /** On which side of the limit a value has to be. */
  public enum Direction {
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Direction(String sign) {
      this.sign = sign;
    }
  }

  /** A value that must not be greater. */
  public static Bar atMost(double limit, String name, double measured, Spread spread) {
    return new Bar(name, measured, Direction.AT_MOST, limit, spread);
  }

  /** A value that must not be smaller. */
  public static Bar atLeast(double limit, String name, double measured, Spread spread) {
    return new Bar(name, measured, Direction.AT_LEAST, limit, spread);
  }

  /** Whether the claim holds; a value that is no number proves none. */
  public boolean holds() {
    return direction == Direction.AT_MOST ? measured <= limit : measured >= limit;
  }

  /** Name, value, bar, {@code ok} or {@code short}, spread. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%-44s %8.2f  %s %5.2f  %-5s  %s",
        name,
        measured,
        direction.sign,
        limit,
        verdict(),
        spread);
  }

  /** {@code ok} or {@code short}. */
  String verdict() {
    return holds() ? "ok" : "short";
  }

  /** How many times better than the bar a value is: 1 at the bar, less when it is short. */
  double margin(double value) {
    return direction == Direction.AT_MOST ? limit / value : value / limit;
  }

  /** The same as {@link #line}, as a row of a table. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %.2f | %s %.2f | %s | %s |",
        name,
        measured,
        direction.sign,
        limit,
        verdict(),
        spread);
  }
}
