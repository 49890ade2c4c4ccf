package io.clickstream.etl.cli;

/** Thrown for wrong arguments. The message is one line: the argument, the reason, the remedy. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param reason with the argument and its value, without a full stop
   * @param remedy an instruction, without a full stop
   */
  UsageException(String reason, String remedy) {
    super("Cannot read the arguments: " + reason + ". " + remedy + ".");
  }
}
