package io.clickstream.etl.source;

/** The raw root or its bucket does not exist: an error, unlike an hour without objects. */
public final class RawRootMissingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RawRootMissingException(String root, Throwable cause) {
    super("the raw root " + root + " does not exist", cause);
  }
}
