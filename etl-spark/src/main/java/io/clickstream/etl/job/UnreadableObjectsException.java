package io.clickstream.etl.job;

/** Objects of a slice could not be read: the slice fails, others go on. */
public final class UnreadableObjectsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableObjectsException(long count, String firstKey, String why) {
    super(
        count == 1
            ? "can't read " + firstKey + ": " + why
            : "can't read " + count + " objects, the first is " + firstKey + ": " + why);
  }
}
