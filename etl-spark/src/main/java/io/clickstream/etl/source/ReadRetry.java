package io.clickstream.etl.source;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.util.functional.CallableRaisingIOE;

/**
 * Repeats a read that failed with a transient error. The pause doubles with each attempt, and each
 * is between half and one and a half times its length, so that many readers do not return at once.
 */
final class ReadRetry implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final double DOUBLING = 2;
  private static final double JITTER = 0.5;

  private final int maxAttempts;
  private final Duration firstPause;
  private transient volatile Retry retry;

  /**
   * Creates a retry.
   *
   * @param maxAttempts attempts in all, with the first
   * @param firstPause mean pause before the second attempt
   */
  ReadRetry(int maxAttempts, Duration firstPause) {
    this.maxAttempts = maxAttempts;
    this.firstPause = firstPause;
  }

  /** Returns the retry of the job: 4 attempts, with pauses of about 0.2, 0.4 and 0.8 s. */
  static ReadRetry standard() {
    return new ReadRetry(4, Duration.ofMillis(200));
  }

  /**
   * Returns the result of the first attempt that succeeds.
   *
   * @throws IOException of the last attempt; at once when it is not transient
   */
  <T> T call(CallableRaisingIOE<T> attempt) throws IOException {
    try {
      return retry().executeCheckedSupplier(() -> withCheckedErrors(attempt));
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted between attempts").initCause(e);
    }
  }

  /** Clients of stores throw some errors unchecked, and Hadoop's local files throw FSError. */
  private static <T> T withCheckedErrors(CallableRaisingIOE<T> attempt) throws IOException {
    try {
      return attempt.apply();
    } catch (RuntimeException | FSError e) {
      throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  /** Returns whether another attempt may succeed where one failed with this error. */
  static boolean isTransient(IOException error) {
    return !(error instanceof FileNotFoundException
        || error instanceof AccessDeniedException
        || RawStore.isMissingBucket(error));
  }

  private Retry retry() {
    if (retry == null) {
      retry =
          Retry.of(
              "read",
              RetryConfig.custom()
                  .maxAttempts(maxAttempts)
                  .intervalFunction(
                      IntervalFunction.ofExponentialRandomBackoff(firstPause, DOUBLING, JITTER))
                  .retryOnException(
                      e ->
                          e instanceof IOException error
                              && isTransient(error)
                              && !Thread.currentThread().isInterrupted())
                  .build());
    }
    return retry;
  }
}
