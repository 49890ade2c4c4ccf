package io.clickstream.etl.parse;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Converts number literals by exact decimal arithmetic. */
final class Decimals {

  private static final int MAX_EXPONENT = 30;
  private static final int MAX_LENGTH = 1_000;
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal MIN = BigDecimal.valueOf(Long.MIN_VALUE);

  /** The number grammar of RFC 8259. */
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  /** One dot before exactly three digits: a thousands separator in one language, not in another. */
  private static final Pattern AMBIGUOUS = Pattern.compile("-?[0-9]+\\.[0-9]{3}");

  private static final BigDecimal QUANTITY_END = BigDecimal.valueOf(1_000_000_000L);

  private Decimals() {}

  /**
   * Returns the exact value of a number.
   *
   * @param literal the number as it is written in the payload
   * @return null if the text is not a JSON number, is longer than 1,000 characters, or its exponent
   *     is below -30 or above 30
   */
  static BigDecimal decimal(String literal) {
    return literal.length() <= MAX_LENGTH
            && JSON_NUMBER.matcher(literal).matches()
            && exponentWithin(literal, MAX_EXPONENT)
        ? new BigDecimal(literal)
        : null;
  }

  /** Returns true for a price in text that could be a thousand times as much: {@code "12.990"}. */
  static boolean isAmbiguous(String priceText) {
    return AMBIGUOUS.matcher(priceText).matches();
  }

  /**
   * Returns a quantity as a JSON number without exponent and without zeros at its end.
   *
   * @return null if the text is not a {@link #decimal}, or its magnitude is not below 10⁹
   */
  static String quantity(String literal) {
    BigDecimal quantity = decimal(literal);
    return quantity == null || quantity.abs().compareTo(QUANTITY_END) >= 0
        ? null
        : quantity.stripTrailingZeros().toPlainString();
  }

  /**
   * Returns a whole number that may be written {@code 2.0} or {@code 1.79E12}.
   *
   * @return null if the text is not a {@link #decimal}, is not whole, or does not fit into 64 bits
   */
  static Long whole(String literal) {
    BigDecimal number = decimal(literal);
    if (number == null || outOfRange(number) || number.stripTrailingZeros().scale() > 0) {
      return null;
    }
    return number.longValueExact();
  }

  private static boolean outOfRange(BigDecimal number) {
    return number.compareTo(MIN) < 0 || number.compareTo(MAX) > 0;
  }

  /**
   * Returns a price in minor units, rounded half up (away from zero).
   *
   * @param literal the number as it is written in the payload
   * @param scale decimal places to keep: 0 for VND, 2 for USD
   * @return null if the text is not a {@link #decimal}, or the result does not fit into 64 bits
   */
  static Long minorUnits(String literal, int scale) {
    BigDecimal price = decimal(literal);
    if (price == null) {
      return null;
    }
    BigDecimal minor = price.movePointRight(scale).setScale(0, RoundingMode.HALF_UP);
    return outOfRange(minor) ? null : minor.longValueExact();
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
