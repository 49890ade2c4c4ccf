package io.clickstream.ingest;

/** The function's environment is incomplete or wrong; the message says what, in a line. */
final class MisconfiguredException extends Exception {

  private static final long serialVersionUID = 1L;

  MisconfiguredException(String message) {
    super(message);
  }
}
