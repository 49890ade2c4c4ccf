package io.clickstream.etl.source;

/**
 * Thrown for a file that is named like a pack and is none. It stays so, unlike a file that cannot
 * be read or is cut short.
 */
public final class NotAPackException extends Exception {

  private static final long serialVersionUID = 1L;

  NotAPackException(String reason) {
    super(reason);
  }
}
