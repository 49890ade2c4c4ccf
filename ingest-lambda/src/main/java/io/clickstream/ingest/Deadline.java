package io.clickstream.ingest;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A time by which something must be done.
 *
 * @param nanos of {@link System#nanoTime}
 */
public record Deadline(long nanos) {

  /** So long from now. */
  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left, 0 when it is over. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  /** Whether more than that is left. */
  boolean allows(Duration time) {
    return left().compareTo(time) > 0;
  }

  /** Sleeps, at most until the deadline. */
  void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.min(time.toNanos(), left().toNanos()));
  }
}
