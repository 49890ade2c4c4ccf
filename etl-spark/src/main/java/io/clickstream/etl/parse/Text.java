package io.clickstream.etl.parse;

import io.clickstream.event.CleanText;
import io.clickstream.event.Limits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;

/** Cleans and bounds text. */
final class Text {

  /** Text of characters below it is in normalization form C already. */
  private static final char FIRST_COMBINING = '\u0300';

  private Text() {}

  /** Returns {@link CleanText#storable}. */
  static String storable(String text) {
    return CleanText.storable(text);
  }

  /** Returns {@link CleanText#storable} text in Unicode normalization form C. */
  static String composed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || c >= FIRST_COMBINING) {
        return normalized(storable(text));
      }
    }
    return text;
  }

  private static String normalized(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_COMBINING) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
      }
    }
    return text;
  }

  /** Returns {@link CleanText#of}. */
  static String clean(String text) {
    return CleanText.of(text);
  }

  /** Returns the first {@link Limits#TEXT_CODE_POINTS} code points. */
  static String cut(String text) {
    if (text.length() <= Limits.TEXT_CODE_POINTS
        || text.codePointCount(0, text.length()) <= Limits.TEXT_CODE_POINTS) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Limits.TEXT_CODE_POINTS));
  }

  /** Returns clean text in Unicode normalization form C, cut like other text. */
  static String display(String text) {
    return cut(normalized(text));
  }

  /**
   * Returns the id, or {@code sha256:<hex>} of its UTF-8 bytes if they are more than {@link
   * Limits#ID_BYTES}.
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
      throw new IllegalStateException("Cannot hash an id: this Java platform has no SHA-256.", e);
    }
  }
}
