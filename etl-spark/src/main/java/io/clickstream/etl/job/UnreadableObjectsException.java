package io.clickstream.etl.job;

import io.clickstream.etl.staging.ObjectOutcomes.Unreadable;

/** Thrown if objects of a slice cannot be read. The slice fails; other slices are loaded. */
public final class UnreadableObjectsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableObjectsException(Unreadable objects) {
    super(
        objects.count() == 1
            ? "Cannot read " + objects.firstKey() + ": " + objects.detail()
            : "Cannot read %d objects, the first is %s: %s"
                .formatted(objects.count(), objects.firstKey(), objects.detail()));
  }
}
