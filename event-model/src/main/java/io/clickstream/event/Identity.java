package io.clickstream.event;

import java.util.Locale;
import java.util.Set;

/** Recognizes the placeholders that programs send in place of a missing identity. */
public final class Identity {

  /** In lower case. */
  private static final Set<String> ABSENT =
      Set.of(
          "undefined",
          "null",
          "nil",
          "none",
          "nan",
          "0",
          "-1",
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

  private Identity() {}

  /**
   * Returns true if the text identifies neither a person nor an event. The case of letters does not
   * matter.
   *
   * @param clean text that {@link CleanText#of} returned, or null
   */
  public static boolean isAbsent(String clean) {
    return clean == null
        || (clean.length() <= LONGEST && ABSENT.contains(clean.toLowerCase(Locale.ROOT)));
  }
}
