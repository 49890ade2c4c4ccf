package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Does again as a whole what failed by a fault that may pass.
 *
 * @param faults what to do about any such fault
 * @param throttling what to do when the store asks for fewer requests
 */
record Retry(Patience faults, Patience throttling) implements Serializable {

  /**
   * How long to go on.
   *
   * @param tries how often at most
   * @param firstPause about how long to wait before the second try; doubles with each
   */
  record Patience(int tries, Duration firstPause) implements Serializable {}

  /** The same about everything. */
  Retry(int tries, Duration firstPause) {
    this(new Patience(tries, firstPause), new Patience(tries, firstPause));
  }

  /**
   * Around the retries of a store's client, which repeat single requests, but neither every way in
   * which a body can break off nor anything on other file systems. Few and short: that client has
   * waited for the store by then.
   */
  static Retry standard() {
    return new Retry(4, Duration.ofMillis(200));
  }

  /** Far beyond any patience, and within the numbers. */
  private static final int MAX_DOUBLINGS = 20;

  /** What may fail. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException;
  }

  /**
   * The first result, or the last try's exception.
   *
   * @throws FileNotFoundException at once, as whatever else a repetition would not change
   */
  <T> T call(Attempt<T> attempt) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        Patience patience = e instanceof ThrottledException ? throttling : faults;
        if (tried >= patience.tries() || !mayPass(e) || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        pause(patience, tried);
      }
    }
  }

  /** Whether a fault is one that another try may not meet. */
  static boolean mayPass(IOException thrown) {
    return !(thrown instanceof FileNotFoundException
        || thrown instanceof AccessDeniedException
        || thrown instanceof RefusedException
        || RawStore.missingBucket(thrown));
  }

  /** From half to one and a half of its length, so that many readers don't return at once. */
  private static void pause(Patience patience, int tried) throws IOException {
    long length = patience.firstPause().toMillis() << Math.min(tried - 1, MAX_DOUBLINGS);
    try {
      Thread.sleep(length / 2 + ThreadLocalRandom.current().nextLong(length + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two tries");
    }
  }
}
