package io.clickstream.etl.source;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Stops the reads of a task after {@value #FAILURES_IN_A_ROW} failures in a row, since the store is
 * then down. All attempts at one object take minutes, so a hundred thousand objects would take
 * days.
 */
final class StoreCircuitBreaker {

  /** More than the requests in flight, so that a short disturbance does not open the breaker. */
  static final int FAILURES_IN_A_ROW = 128;

  private static final float ALL_FAILED_PERCENT = 100;

  /** Longer than any task: an open breaker does not close again. */
  private static final Duration OPEN_TIME = Duration.ofDays(365);

  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "raw store",
          CircuitBreakerConfig.custom()
              .slidingWindow(
                  FAILURES_IN_A_ROW,
                  FAILURES_IN_A_ROW,
                  CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
              .failureRateThreshold(ALL_FAILED_PERCENT)
              .waitDurationInOpenState(OPEN_TIME)
              .build());

  /** Returns true if an object may be read. The caller then records the result of the read. */
  boolean allowsRead() {
    return breaker.tryAcquirePermission();
  }

  /** Records that all attempts at an object failed with transient errors. */
  void recordFailure(IOException error) {
    breaker.onError(0, TimeUnit.NANOSECONDS, error);
  }

  /** Records a response of the store: an object or an error that is not transient. */
  void recordResponse() {
    breaker.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  @Override
  public String toString() {
    return "not tried: " + FAILURES_IN_A_ROW + " reads before it failed in a row";
  }
}
