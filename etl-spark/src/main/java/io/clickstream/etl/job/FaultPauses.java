package io.clickstream.etl.job;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/**
 * The pauses of a follower between its attempts during a fault. They begin with about a second and
 * double up to about a minute. Each is between half and one and a half times its length.
 */
final class FaultPauses {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int ATTEMPT_OF_LONGEST = 10;
  private static final double DOUBLING = 2;
  private static final double JITTER = 0.5;

  private final IntervalFunction pauses =
      IntervalFunction.ofExponentialRandomBackoff(FIRST, DOUBLING, JITTER, LONGEST);
  private final RunListener listener;
  private int attempts;
  private long startedAt;

  FaultPauses(RunListener listener) {
    this.listener = listener;
  }

  /** Returns the pause after a failed attempt. The first of a fault tells the operator why. */
  Duration pause(String reason) {
    if (attempts == 0) {
      startedAt = System.nanoTime();
      listener.faultChanged(
          (reason.endsWith(".") ? reason : reason + ".")
              + " Trying again until it succeeds, at least once per two minutes.");
    }
    attempts++;
    return Duration.ofMillis(pauses.apply(Math.min(attempts, ATTEMPT_OF_LONGEST)));
  }

  /** Ends the fault, if there is one, and tells the operator. */
  void end() {
    if (attempts > 0) {
      Duration duration = Duration.ofNanos(System.nanoTime() - startedAt);
      listener.faultChanged(
          "Loading again. The fault lasted %s; failed attempts: %d."
              .formatted(Progress.inWords(duration), attempts));
      attempts = 0;
    }
  }
}
