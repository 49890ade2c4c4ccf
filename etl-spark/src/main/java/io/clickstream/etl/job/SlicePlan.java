package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Groups hours into slices: a single hour, or consecutive hours of up to about 500,000 records. */
final class SlicePlan implements Iterator<Slice>, AutoCloseable {

  private static final long SLICE_RECORDS = 500_000;

  private final HoursAhead listed;
  private int nextNumber = 1;

  /**
   * Creates a plan for some hours.
   *
   * @param clock the server's clock, which orders the listings of several runs
   */
  SlicePlan(RawStore store, List<Instant> hours, Supplier<Instant> clock) {
    this.listed = new HoursAhead(store, hours, clock);
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
        records += listed.peek().estimatedRecords();
      } catch (UnlistedHourException e) {
        if (!hours.isEmpty()) {
          break;
        }
        listed.skip();
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
