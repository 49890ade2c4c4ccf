package io.clickstream.event;

/** The text of an error for people: one line. */
public final class ErrorMessage {

  private ErrorMessage() {}

  /** Returns the first line of an error's message, or the error's name if it has none. */
  public static String of(Throwable error) {
    return firstLine(error.getMessage() == null ? error.toString() : error.getMessage());
  }

  /** Returns the first line of a text, without blanks around it. */
  public static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}
