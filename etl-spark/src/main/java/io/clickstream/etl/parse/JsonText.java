package io.clickstream.etl.parse;

import io.clickstream.etl.parse.JsonTree.NumberLiteral;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Writes a {@link JsonTree} as JSON text that PostgreSQL's {@code jsonb} accepts. */
final class JsonText {

  /** A number with a greater exponent needs kilobytes as {@code numeric}, or is refused. */
  private static final int MAX_EXPONENT = 300;

  private static final int MAX_NUMBER_LENGTH = 1_000;

  private static final HexFormat HEX = HexFormat.of();

  private JsonText() {}

  /**
   * Returns the JSON text of a tree.
   *
   * <p>A number out of bounds becomes null. NUL is removed from names and text.
   */
  static String of(Object tree) {
    return of(tree, Text::storable);
  }

  /** Returns the same with names and text in Unicode normalization form C. */
  static String composed(Object tree) {
    return of(tree, Text::composed);
  }

  private static String of(Object tree, UnaryOperator<String> cleaned) {
    StringBuilder json = new StringBuilder(256);
    append(json, tree, cleaned);
    return json.toString();
  }

  private static void append(StringBuilder json, Object tree, UnaryOperator<String> cleaned) {
    if (tree instanceof Map<?, ?> fields) {
      char separator = '{';
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        json.append(separator);
        appendText(json, cleaned.apply((String) field.getKey()));
        json.append(':');
        append(json, field.getValue(), cleaned);
        separator = ',';
      }
      json.append(separator == '{' ? "{}" : "}");
    } else if (tree instanceof List<?> items) {
      char separator = '[';
      for (Object item : items) {
        json.append(separator);
        append(json, item, cleaned);
        separator = ',';
      }
      json.append(separator == '[' ? "[]" : "]");
    } else if (tree instanceof String text) {
      appendText(json, cleaned.apply(text));
    } else if (tree instanceof NumberLiteral number) {
      json.append(isBounded(number.text()) ? number.text() : "null");
    } else {
      // A boolean, an Integer or Long of an order line, or null.
      json.append(tree);
    }
  }

  private static boolean isBounded(String number) {
    if (number.length() > MAX_NUMBER_LENGTH) {
      return false;
    }
    return Decimals.exponentWithin(number, MAX_EXPONENT);
  }

  private static void appendText(StringBuilder json, String storable) {
    json.append('"');
    int copied = 0;
    for (int i = 0; i < storable.length(); i++) {
      char c = storable.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        json.append(storable, copied, i);
        copied = i + 1;
        if (c < ' ') {
          json.append("\\u00").append(HEX.toHexDigits((byte) c));
        } else {
          json.append('\\').append(c);
        }
      }
    }
    json.append(storable, copied, storable.length()).append('"');
  }
}
