package io.clickstream.etl.job;

import java.io.IOException;
import java.time.Instant;

/** An hour whose prefix can't be listed; others may well be. */
final class UnlistedHourException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnlistedHourException(Instant hour, IOException cause) {
    super("hour " + hour + " can't be listed: " + oneLine(cause), cause);
  }

  private static String oneLine(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }
}
