package io.clickstream.etl.warehouse;

import java.time.Duration;

/**
 * The size of the next batch, which adapts to the time for which batches hold the warehouse lock.
 * So loads wait for a few seconds at a time on any server.
 */
public final class BatchSize {

  /** A batch that took longer is followed by one of half its size. */
  static final Duration SLOW = Duration.ofSeconds(3);

  /** A batch that took less time is followed by one of twice its size. */
  static final Duration QUICK = Duration.ofSeconds(1);

  private final long least;
  private final long most;
  private long size;

  /** Creates the size of the first batch, and the bounds of the later ones. */
  public BatchSize(long first, long least, long most) {
    this.size = first;
    this.least = least;
    this.most = most;
  }

  /** Returns the size of the next batch. */
  public long next() {
    return size;
  }

  /** Adapts to the time for which a batch of the current size held the lock. */
  public void adapt(Duration took) {
    if (took.compareTo(SLOW) > 0) {
      size = Math.max(least, size / 2);
    } else if (took.compareTo(QUICK) < 0) {
      size = Math.min(most, size * 2);
    }
  }
}
