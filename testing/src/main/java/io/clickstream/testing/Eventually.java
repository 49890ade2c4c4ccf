package io.clickstream.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another process does. */
public final class Eventually {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private Eventually() {}

  /**
   * Returns as soon as a condition holds.
   *
   * @throws AssertionError when it doesn't hold in time; the message names it
   */
  public static void holds(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }
}
