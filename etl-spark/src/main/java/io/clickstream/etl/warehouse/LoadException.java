package io.clickstream.etl.warehouse;

/** Says in one line why a slice was not loaded; nothing of the slice is committed. */
public final class LoadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LoadException(String message) {
    super(message);
  }

  public LoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
