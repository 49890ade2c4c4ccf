package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * Groups hours into slices: a single hour, or consecutive hours of up to a number of records.
 *
 * <p>Sizes tell about how many records an hour has, before its objects are read. The slices that
 * were loaded tell how exact that is, and how long the lock of the warehouse is held.
 */
final class SlicePlan implements Iterator<Slice>, AutoCloseable {

  /** Usual greatest number of records of several hours. */
  static final long MOST_RECORDS = 500_000;

  /** Time for which several hours hold the lock at most, so that other runs wait no longer. */
  static final double MOST_LOCK_SECONDS = 60;

  /** A smaller slice tells little: what each slice costs in any case outweighs its records. */
  private static final long TELLING_RECORDS = 10_000;

  /** Highest factor by which the estimated records of a slice may exceed the allowed records. */
  private static final double MOST_CORRECTION = 2;

  private final HoursAhead listed;
  private final long sliceRecords;
  private int nextNumber = 1;
  private volatile double mostEstimated;

  /**
   * Creates a plan for some hours.
   *
   * @param clock the server's clock, which orders the listings of several runs
   */
  SlicePlan(HoursAhead.Lister lister, List<Instant> hours, Supplier<Instant> clock) {
    this(lister, hours, clock, MOST_RECORDS);
  }

  /**
   * Creates a plan for some hours.
   *
   * @param clock the server's clock, which orders the listings of several runs
   * @param sliceRecords greatest number of records of several hours
   */
  SlicePlan(
      HoursAhead.Lister lister, List<Instant> hours, Supplier<Instant> clock, long sliceRecords) {
    this.sliceRecords = sliceRecords;
    this.mostEstimated = sliceRecords;
    this.listed = new HoursAhead(lister, hours, clock);
  }

  @Override
  public boolean hasNext() {
    return listed.hasNext();
  }

  /**
   * Returns the next slice. It ends before an hour that cannot be listed.
   *
   * @throws UnlistedHourException if the next hour cannot be listed; the following call skips it
   */
  @Override
  public Slice next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<HourListing> hours = new ArrayList<>();
    long records = 0;
    while (listed.hasNext()) {
      try {
        records += listed.peek().mostRecords();
      } catch (UnlistedHourException e) {
        if (!hours.isEmpty()) {
          break;
        }
        listed.skip();
        throw e;
      }
      if (!hours.isEmpty() && records > mostEstimated) {
        break;
      }
      hours.add(listed.next());
    }
    return new Slice(nextNumber++, hours);
  }

  /**
   * Fits the following slices to one that was loaded. Another thread may call {@link #next}
   * meanwhile.
   *
   * @param estimated records, by its size
   * @param listed records that it has, loaded before or now
   * @param read records that were not loaded before
   * @param lockSeconds time for which it held the lock
   */
  void fitTo(long estimated, long listed, long read, double lockSeconds) {
    if (read < TELLING_RECORDS) {
      return;
    }
    double most = Math.min(sliceRecords, read * MOST_LOCK_SECONDS / Math.max(1, lockSeconds));
    mostEstimated = most * Math.min(MOST_CORRECTION, (double) estimated / listed);
  }

  @Override
  public void close() {
    listed.close();
  }
}
