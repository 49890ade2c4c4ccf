package io.clickstream.event;

import java.util.Set;

/** Which texts tell who somebody is, or which event it is, and which only look so. */
public final class Identity {

  private static final Set<String> ABSENT =
      Set.of("undefined", "null", "[object Object]", "00000000-0000-0000-0000-000000000000");

  private Identity() {}

  /**
   * Whether a clean text is none: what programs write where they have no identity.
   *
   * @param clean as {@link CleanText#of} gives it, or null
   */
  public static boolean isAbsent(String clean) {
    return clean == null || ABSENT.contains(clean);
  }
}
