package io.clickstream.etl.warehouse;

/**
 * Thrown if a run or a slice fails. The message is one line. Nothing of the slice is committed,
 * unless the message says that the rows are loaded.
 */
public final class LoadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LoadException(String message) {
    super(message);
  }

  public LoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
