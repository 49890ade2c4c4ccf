package io.clickstream.ingest;

/** Thrown for an incomplete or wrong environment of the function. The message is one line. */
final class MisconfiguredException extends Exception {

  private static final long serialVersionUID = 1L;

  MisconfiguredException(String message) {
    super(message);
  }
}
