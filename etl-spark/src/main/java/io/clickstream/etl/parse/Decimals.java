package io.clickstream.etl.parse;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Converts number literals to integers by exact decimal arithmetic. */
final class Decimals {

  private static final int MAX_PRICE_EXPONENT = 30;
  private static final int MAX_PRICE_LENGTH = 1_000;
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal MIN = BigDecimal.valueOf(Long.MIN_VALUE);

  /** The number grammar of RFC 8259. */
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private Decimals() {}

  /**
   * Returns a price in minor units, rounded half up (away from zero).
   *
   * @param literal the number as it is written in the payload
   * @param scale decimal places to keep: 0 for VND, 2 for USD
   * @return null if the text is not a JSON number, its exponent is below -30 or above 30, or the
   *     result does not fit into 64 bits
   */
  static Long minorUnits(String literal, int scale) {
    if (literal.length() > MAX_PRICE_LENGTH
        || !JSON_NUMBER.matcher(literal).matches()
        || !exponentWithin(literal, MAX_PRICE_EXPONENT)) {
      return null;
    }
    BigDecimal minor =
        new BigDecimal(literal).movePointRight(scale).setScale(0, RoundingMode.HALF_UP);
    return minor.compareTo(MIN) < 0 || minor.compareTo(MAX) > 0 ? null : minor.longValueExact();
  }

  /** Returns true if the written exponent is absent or from {@code -bound} to {@code bound}. */
  static boolean exponentWithin(String number, int bound) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    if (e < 0) {
      return true;
    }
    int start = e + 1;
    if (number.charAt(start) == '+' || number.charAt(start) == '-') {
      start++;
    }
    int exponent = 0;
    for (int i = start; i < number.length(); i++) {
      exponent = exponent * 10 + (number.charAt(i) - '0');
      if (exponent > bound) {
        return false;
      }
    }
    return true;
  }
}
