package io.clickstream.etl.job;

/** Wrong arguments. The message is one line that says which. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
