package io.clickstream.event;

/** Removes or replaces the characters that PostgreSQL cannot store; keeps all others. */
public final class CleanText {

  private static final char REPLACEMENT = '\uFFFD';

  private CleanText() {}

  /** Returns the text without NUL and with U+FFFD in place of lone surrogates. */
  public static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        continue;
      }
      if (!Character.isSurrogate(c)) {
        kept.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        kept.append(c).append(text.charAt(++i));
      } else {
        kept.append(REPLACEMENT);
      }
    }
    return kept.toString();
  }

  /** Returns storable text without blanks at its ends, or {@code null} if nothing is left. */
  public static String of(String text) {
    String storable = storable(text);
    int start = 0;
    int end = storable.length();
    while (start < end && isBlank(storable.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(storable.charAt(end - 1))) {
      end--;
    }
    return start == end ? null : storable.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
