package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * Cuts hours into slices: each a single hour, or neighbouring ones up to about half a million
 * records.
 */
final class SlicePlan implements Iterator<Slice>, AutoCloseable {

  private static final long SLICE_RECORDS = 500_000;

  private final HoursAhead listed;
  private int nextNumber = 1;

  /**
   * A plan.
   *
   * @param clock the warehouse's: tells which of two listings is the later one
   */
  SlicePlan(RawStore store, List<Instant> hours, Supplier<Instant> clock) {
    this.listed = new HoursAhead(store, hours, clock);
  }

  @Override
  public boolean hasNext() {
    return listed.hasNext();
  }

  /**
   * The next slice; it ends before an hour that can't be listed.
   *
   * @throws UnlistedHourException when the next hour can't be listed; then it is left out
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
        records += listed.peek().objects().estimatedRecords();
      } catch (UnlistedHourException e) {
        if (!hours.isEmpty()) {
          break;
        }
        listed.leaveOut();
        throw e;
      }
      if (!hours.isEmpty() && records > SLICE_RECORDS) {
        break;
      }
      hours.add(listed.next());
    }
    return new Slice(nextNumber++, hours);
  }

  @Override
  public void close() {
    listed.close();
  }
}
