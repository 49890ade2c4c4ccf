package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Does again as a whole what failed by a fault that may pass. It stands around S3A's own retries,
 * which repeat single requests, but neither every way in which a body can break off nor anything on
 * other file systems.
 *
 * @param tries how often at most
 * @param firstPause about how long to wait before the second try; doubles with each
 */
record Retry(int tries, Duration firstPause) implements Serializable {

  /** Few and short: a store's client has waited for the store by then. */
  static Retry standard() {
    return new Retry(4, Duration.ofMillis(200));
  }

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
        if (tried >= tries || !mayPass(e) || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        pause(tried);
      }
    }
  }

  /** Whether a fault is one that another try may not meet. */
  static boolean mayPass(IOException thrown) {
    return !(thrown instanceof FileNotFoundException
        || thrown instanceof AccessDeniedException
        || RawStore.missingBucket(thrown));
  }

  /** From half to one and a half of its length, so that many readers don't return at once. */
  private void pause(int tried) throws IOException {
    long length = firstPause.toMillis() << (tried - 1);
    try {
      Thread.sleep(length / 2 + ThreadLocalRandom.current().nextLong(length + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two tries");
    }
  }
}
