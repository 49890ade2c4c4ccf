package io.clickstream.etl.source;

import java.io.IOException;

/** S3 answered a request that another client may have put better. */
final class RefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
