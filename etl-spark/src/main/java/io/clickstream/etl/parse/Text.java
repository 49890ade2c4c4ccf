package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The rules for text: what PostgreSQL can't hold is removed or replaced, the rest is kept. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** NUL removed, lone surrogates replaced by U+FFFD; otherwise the same string. */
  static String storable(String text) {
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

  /** Storable and without blanks at its ends; {@code null} when nothing is left. */
  static String clean(String text) {
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

  /** At most {@link Limits#TEXT_CODE_POINTS} code points. */
  static String cut(String text) {
    if (text.length() <= Limits.TEXT_CODE_POINTS
        || text.codePointCount(0, text.length()) <= Limits.TEXT_CODE_POINTS) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Limits.TEXT_CODE_POINTS));
  }

  /**
   * The id itself, or {@code sha256:<hex>} of its UTF-8 when it is over {@link Limits#ID_BYTES}.
   */
  static String boundedId(String id) {
    if (id.length() * 3L <= Limits.ID_BYTES) {
      return id;
    }
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return utf8.length <= Limits.ID_BYTES ? id : "sha256:" + sha256(utf8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
