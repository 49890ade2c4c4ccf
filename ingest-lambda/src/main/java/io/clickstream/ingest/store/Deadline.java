package io.clickstream.ingest.store;

import java.time.Duration;

/**
 * A time by which an operation must end.
 *
 * @param nanos the time on the clock of {@link System#nanoTime}
 */
public record Deadline(long nanos) {

  /** Returns the deadline that is a given time from now. */
  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Returns the remaining time; zero when the deadline has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }
}
