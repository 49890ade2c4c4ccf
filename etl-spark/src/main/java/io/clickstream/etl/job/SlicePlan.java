package io.clickstream.etl.job;

import io.clickstream.etl.load.Slice;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.RawStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Cuts hours into slices: each a single hour, or neighbouring ones up to about half a million
 * objects. Lists a day's worth of hours ahead, several at once; each hour once.
 */
final class SlicePlan implements Iterator<Slice>, AutoCloseable {

  private static final long SLICE_RECORDS = 500_000;

  private static final int HOURS_AHEAD = 24;
  private static final int PARALLEL_LISTINGS = 8;

  private final RawStore store;
  private final Supplier<Instant> clock;
  private final Iterator<List<Instant>> chunks;
  private final ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_LISTINGS);
  private final Queue<HourListing> listed = new ArrayDeque<>();
  private int nextNumber = 1;

  /**
   * A plan.
   *
   * @param clock the warehouse's: tells which of two listings is the later one
   */
  SlicePlan(RawStore store, List<Instant> hours, Supplier<Instant> clock) {
    this.store = store;
    this.clock = clock;
    List<List<Instant>> inChunks = new ArrayList<>();
    for (int i = 0; i < hours.size(); i += HOURS_AHEAD) {
      inChunks.add(hours.subList(i, Math.min(hours.size(), i + HOURS_AHEAD)));
    }
    this.chunks = inChunks.iterator();
  }

  @Override
  public boolean hasNext() {
    return !listed.isEmpty() || chunks.hasNext();
  }

  @Override
  public Slice next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<HourListing> hours = new ArrayList<>();
    long records = 0;
    while (listNext()) {
      long next = estimatedRecords(listed.peek());
      if (!hours.isEmpty() && records + next > SLICE_RECORDS) {
        break;
      }
      records += next;
      hours.add(listed.remove());
    }
    return new Slice(nextNumber++, hours);
  }

  /** Lists on when nothing is listed ahead; false at the end. */
  private boolean listNext() {
    if (listed.isEmpty() && chunks.hasNext()) {
      list(chunks.next());
    }
    return !listed.isEmpty();
  }

  private static long estimatedRecords(HourListing hour) {
    return hour.objects().stream().mapToLong(ListedObject::estimatedRecords).sum();
  }

  private void list(List<Instant> hours) {
    Instant listedAt = clock.get();
    List<Future<HourListing>> pending = new ArrayList<>();
    for (Instant hour : hours) {
      pending.add(pool.submit(() -> store.list(hour, listedAt)));
    }
    for (Future<HourListing> listing : pending) {
      try {
        listed.add(listing.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while listing", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new java.io.UncheckedIOException((IOException) e.getCause());
      }
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
