package io.clickstream.etl.source;

import java.io.IOException;

/** The store asks for fewer requests. */
final class ThrottledException extends IOException {

  private static final long serialVersionUID = 1L;

  ThrottledException(String message) {
    super(message);
  }
}
