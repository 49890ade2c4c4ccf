package io.clickstream.local.reload;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The state of a database that a reload has made. It is the database's comment. */
enum State {
  /** It is being created. Nothing is loaded, and the next reload begins again. */
  PREPARING,
  /** It may be loaded. */
  LOADING,
  /** It is loaded, and its checks hold. It may be swapped in. */
  READY,
  /** It was swapped out. */
  BEFORE;

  private static final String PREFIX = "clickstream reload: ";

  String comment() {
    return PREFIX + name().toLowerCase(Locale.ROOT);
  }

  /** Returns the state in a comment, which may be null; nothing if no reload wrote it. */
  static Optional<State> of(String comment) {
    return Arrays.stream(values()).filter(state -> state.comment().equals(comment)).findFirst();
  }
}
