package io.clickstream.etl.job;

import java.io.IOException;
import java.time.Instant;

/** Thrown if an hour cannot be listed. Other hours may still be loaded. */
final class UnlistedHourException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnlistedHourException(Instant hour, IOException cause) {
    super("Cannot list hour " + hour + ": " + oneLine(cause), cause);
  }

  private static String oneLine(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }
}
