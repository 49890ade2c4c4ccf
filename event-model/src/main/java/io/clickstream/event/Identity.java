package io.clickstream.event;

import java.util.Set;

/** Recognizes the placeholders that programs send in place of a missing identity. */
public final class Identity {

  private static final Set<String> ABSENT =
      Set.of("undefined", "null", "[object Object]", "00000000-0000-0000-0000-000000000000");

  private Identity() {}

  /**
   * Returns true if the text identifies neither a person nor an event.
   *
   * @param clean text that {@link CleanText#of} returned, or null
   */
  public static boolean isAbsent(String clean) {
    return clean == null || ABSENT.contains(clean);
  }
}
