package io.clickstream.etl.job;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a follower to end before its next slice. */
public final class StopSignal {

  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Stops the follower. Returns at once. */
  public void stop() {
    stopped.countDown();
  }

  /** Returns true after {@link #stop}. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Waits until a time has passed, or until {@link #stop}. An interrupt stops the follower. */
  void await(Duration time) {
    try {
      stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }
}
