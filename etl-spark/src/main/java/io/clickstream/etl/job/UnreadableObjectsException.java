package io.clickstream.etl.job;

import io.clickstream.etl.staging.ObjectOutcomes.Unreadable;

/** Says that objects of a slice cannot be read. The slice fails; other slices are loaded. */
public final class UnreadableObjectsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableObjectsException(Unreadable objects) {
    super(
        objects.count() == 1
            ? "can't read " + objects.firstKey() + ": " + objects.detail()
            : "can't read %d objects, the first is %s: %s"
                .formatted(objects.count(), objects.firstKey(), objects.detail()));
  }
}
