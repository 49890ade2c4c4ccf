package io.clickstream.event;

/** The text of an error for people: one line. */
public final class ErrorMessage {

  private ErrorMessage() {}

  /** Returns the first line of an error's message, or the error's name if it has none. */
  public static String of(Throwable error) {
    return firstLine(error.getMessage() == null ? error.toString() : error.getMessage());
  }

  /** Returns the first line of the innermost message among an error and its causes. */
  public static String ofInnermost(Throwable error) {
    Throwable innermost = error;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        innermost = cause;
      }
    }
    return of(innermost);
  }

  /** Returns the first line of a text, without blanks around it. */
  public static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}
