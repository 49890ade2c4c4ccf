package io.clickstream.etl.source;

import java.time.Duration;

/** Retries for tests. */
final class ReadRetries {

  private ReadRetries() {}

  /** Returns a retry that hardly waits. */
  static ReadRetry quick() {
    return new ReadRetry(2, Duration.ofMillis(1));
  }
}
