package io.clickstream.etl.source;

/** Thrown if the raw root or its bucket does not exist. An hour need not have objects. */
public final class RawRootMissingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RawRootMissingException(String root, Throwable cause) {
    super(
        "Cannot read the raw root " + root + ": it does not exist. Check --raw and the bucket.",
        cause);
  }
}
