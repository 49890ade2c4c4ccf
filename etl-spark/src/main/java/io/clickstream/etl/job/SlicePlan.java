package io.clickstream.etl.job;

import io.clickstream.etl.load.Slice;
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

  @Override
  public Slice next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<HourListing> hours = new ArrayList<>();
    long records = 0;
    while (listed.hasNext()) {
      records += listed.peek().objects().estimatedRecords();
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
