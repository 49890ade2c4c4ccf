package io.clickstream.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
   * Waits until a latch is at zero.
   *
   * @param what the event in words, for the message
   * @throws AssertionError when it is not within {@link #LIMIT}, or the thread is interrupted
   */
  public static void isOpen(String what, CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("Cannot go on: '%s' was not so within %s".formatted(what, LIMIT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Cannot wait for '" + what + "': interrupted", e);
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
