package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Lists hours ahead of whoever takes them: each hour once, several at a time, at most a day's
 * worth. While many objects wait to be taken only the hour that is next is listed on; the others
 * pause where they are, so that however full the hours are, few objects are in memory.
 */
final class HoursAhead implements AutoCloseable {

  /** 64 MB of keys, and still several full hours that are listed at a time. */
  private static final int MOST_WAITING = 2_000_000;

  private static final int HOURS = 24;
  private static final int PARALLEL_LISTINGS = 8;

  /** An hour that is being listed or is done. Guarded by the whole. */
  private static final class Ahead {
    private final Instant hour;
    private Future<HourListing> listing;
    private long found;

    Ahead(Instant hour) {
      this.hour = hour;
    }
  }

  private final RawStore store;
  private final Iterator<Instant> hours;
  private final Supplier<Instant> clock;
  private final int mostWaiting;
  private final ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_LISTINGS);
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private long waiting;

  /**
   * Begins when it is first asked.
   *
   * @param clock the warehouse's: tells which of two listings is the later one
   */
  HoursAhead(RawStore store, List<Instant> hours, Supplier<Instant> clock) {
    this(store, hours, clock, MOST_WAITING);
  }

  HoursAhead(RawStore store, List<Instant> hours, Supplier<Instant> clock, int mostWaiting) {
    this.store = store;
    this.hours = hours.iterator();
    this.clock = clock;
    this.mostWaiting = mostWaiting;
  }

  boolean hasNext() {
    return !ahead.isEmpty() || hours.hasNext();
  }

  /**
   * The next hour, which stays the next one.
   *
   * @throws UnlistedHourException when it can't be listed
   */
  HourListing peek() {
    listAhead();
    Ahead next = ahead.element();
    try {
      return next.listing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof IOException cause) {
        throw new UnlistedHourException(next.hour, cause);
      }
      throw new IllegalStateException("listing failed", e.getCause());
    }
  }

  /** Takes the next hour. */
  HourListing next() {
    HourListing next = peek();
    leaveOut();
    listAhead();
    return next;
  }

  /** Goes on without the next hour. */
  synchronized void leaveOut() {
    waiting -= ahead.remove().found;
    notifyAll();
  }

  /** Half a day at a time: the clock costs a round trip to the warehouse. */
  private void listAhead() {
    if (ahead.size() > HOURS / 2 || !hours.hasNext()) {
      return;
    }
    Instant listedAt = clock.get();
    while (ahead.size() < HOURS && hours.hasNext()) {
      Instant hour = hours.next();
      Ahead next = new Ahead(hour);
      synchronized (this) {
        ahead.add(next);
      }
      next.listing = pool.submit(() -> store.list(hour, listedAt, () -> found(next)));
    }
  }

  private synchronized void found(Ahead hour) {
    hour.found++;
    waiting++;
    while (waiting > mostWaiting && hour != ahead.peek()) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while listing", e);
      }
    }
  }

  /** Lists no further. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
