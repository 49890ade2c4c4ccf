package io.clickstream.event;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognizes the placeholders that programs send in place of a missing identity: words, and the
 * numbers 0 and -1 in any spelling.
 */
public final class Identity {

  /** In lower case. */
  private static final Set<String> ABSENT =
      Set.of(
          "undefined",
          "null",
          "nil",
          "none",
          "nan",
          "false",
          "true",
          "anonymous",
          "guest",
          "unknown",
          "n/a",
          "(not set)",
          "[object object]",
          "00000000-0000-0000-0000-000000000000");

  private static final int LONGEST = 36;

  /**
   * Zero, minus one and infinity in the spellings of programming languages: {@code 0.0}, {@code
   * -0}, {@code 0e0}, {@code 00}, {@code 0x0}, {@code -1.0}. Possessive, so that a long text costs
   * its length.
   */
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?+(?:0++(?:\\.0*+)?+|\\.0++)(?:e[+-]?+[0-9]++)?+"
              + "|[+-]?+0x0++"
              + "|-0*+1(?:\\.0*+)?+(?:e[+-]?+0++)?+"
              + "|[+-]?+(?:inf(?:inity)?+|nan)",
          Pattern.CASE_INSENSITIVE);

  private Identity() {}

  /**
   * Returns true if the text identifies neither a person nor an event. The case of letters does not
   * matter.
   *
   * @param clean text that {@link CleanText#of} returned, or null
   */
  public static boolean isAbsent(String clean) {
    return clean == null
        || (clean.length() <= LONGEST && ABSENT.contains(clean.toLowerCase(Locale.ROOT)))
        || (beginsLikeANumber(clean) && NUMBER.matcher(clean).matches());
  }

  /** Returns false for nearly all ids, so that the pattern seldom runs. */
  private static boolean beginsLikeANumber(String clean) {
    return !clean.isEmpty() && "+-.0iInN".indexOf(clean.charAt(0)) >= 0;
  }
}
