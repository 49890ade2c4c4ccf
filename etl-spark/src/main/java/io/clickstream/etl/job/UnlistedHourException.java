package io.clickstream.etl.job;

import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.time.Instant;

/** Thrown if an hour cannot be listed. Other hours may still be loaded. */
final class UnlistedHourException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnlistedHourException(Instant hour, IOException cause) {
    super("Cannot list hour " + hour + ": " + ErrorMessage.of(cause), cause);
  }
}
