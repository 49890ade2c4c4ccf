package io.clickstream.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for events that other threads and processes bring about. */
public final class Eventually {

  /** The longest wait of a test. A test that passes on a busy, slow machine never reaches it. */
  public static final Duration LIMIT = Duration.ofMinutes(10);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /**
   * Returns as soon as a condition holds.
   *
   * @param what the condition in words, for the message
   * @throws AssertionError when it does not hold within {@link #LIMIT}
   */
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError(
            "Cannot go on: '%s' did not hold within %s".formatted(what, LIMIT));
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /**
   * Waits until a process has ended.
   *
   * @return its exit status
   * @throws AssertionError when it does not end within {@link #LIMIT}
   */
  public static int ends(Process process) throws Exception {
    holds("process " + process.pid() + " ends", () -> !process.isAlive());
    return process.exitValue();
  }
}
