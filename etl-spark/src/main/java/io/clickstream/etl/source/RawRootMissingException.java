package io.clickstream.etl.source;

/** The raw root or its bucket does not exist. An hour without objects is not an error. */
public final class RawRootMissingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RawRootMissingException(String root, Throwable cause) {
    super(
        "Cannot read the raw root " + root + ": it does not exist. Check --raw and the bucket.",
        cause);
  }
}
