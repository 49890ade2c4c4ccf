package io.clickstream.etl.job;

import io.clickstream.etl.load.Slice;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Cuts hours into slices: each a single hour, or neighbouring ones up to about half a million
 * objects. Lists a day's worth of hours ahead, several at once; each hour once.
 */
final class SlicePlan implements Iterator<Slice>, AutoCloseable {

  private static final long SLICE_OBJECTS = 500_000;
  private static final int HOURS_AHEAD = 24;
  private static final int PARALLEL_LISTINGS = 8;

  private final RawStore store;
  private final Iterator<List<Instant>> chunks;
  private final ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_LISTINGS);
  private final List<HourListing> listed = new ArrayList<>();
  private int nextNumber = 1;

  SlicePlan(RawStore store, List<Instant> hours) {
    this.store = store;
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
    if (listed.isEmpty()) {
      list(chunks.next());
    }
    List<HourListing> hours = new ArrayList<>();
    long objects = 0;
    while (!listed.isEmpty()) {
      HourListing hour = listed.get(0);
      if (!hours.isEmpty() && objects + hour.objects().size() > SLICE_OBJECTS) {
        break;
      }
      objects += hour.objects().size();
      hours.add(hour);
      listed.remove(0);
    }
    return new Slice(nextNumber++, hours);
  }

  private void list(List<Instant> hours) {
    List<Future<HourListing>> pending = new ArrayList<>();
    for (Instant hour : hours) {
      pending.add(pool.submit(() -> store.list(hour)));
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
