package io.clickstream.etl.warehouse;

/** A slice could not be loaded; nothing of it is committed. The message is one line for people. */
public final class LoadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LoadException(String message) {
    super(message);
  }

  public LoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
