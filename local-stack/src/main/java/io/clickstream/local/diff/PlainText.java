package io.clickstream.local.diff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/**
 * Values as text that is safe to show. The values are what anyone has sent: a control character
 * could write anywhere on a terminal, and a mark of direction could turn the text around it.
 */
final class PlainText {

  private PlainText() {}

  /** Returns a value with control and formatting characters as escapes, and null as a word. */
  static String of(String value) {
    if (value == null) {
      return "NULL";
    }
    StringBuilder text = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(
            point -> {
              if (isShown(point)) {
                text.appendCodePoint(point);
              } else {
                text.append("\\u{%X}".formatted(point));
              }
            });
    return text.toString();
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** Returns a number with groups of digits. */
  static String of(BigDecimal number) {
    return new DecimalFormat("#,##0.#########", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(number);
  }

  /** Returns a change in percent of the old value, or nothing if that is zero. */
  static String percent(BigDecimal before, BigDecimal after) {
    if (before.signum() == 0) {
      return "";
    }
    BigDecimal percent =
        after
            .subtract(before)
            .multiply(BigDecimal.valueOf(100))
            .divide(before.abs(), 1, RoundingMode.HALF_UP);
    return "%s%s %%".formatted(percent.signum() > 0 ? "+" : "", percent);
  }
}
