package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
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
 * Lists hours before they are needed: each hour once, several in parallel, at most 24 ahead.
 *
 * <p>While too many listed objects wait, only the listing of the next hour continues and the others
 * pause. So memory does not grow with the number of objects per hour.
 */
final class HoursAhead implements AutoCloseable {

  /** Takes 64 MB of keys, and still allows several full hours. */
  private static final int MAX_WAITING = 2_000_000;

  private static final int MAX_HOURS = 24;
  private static final int PARALLEL_LISTINGS = 8;

  /** An hour that is being listed, or is listed. Guarded by the outer instance. */
  private static final class PendingHour {
    private final Instant hour;
    private Future<HourListing> listing;
    private long found;

    PendingHour(Instant hour) {
      this.hour = hour;
    }
  }

  /** Lists an hour. */
  @FunctionalInterface
  interface Lister {

    /**
     * Lists an hour.
     *
     * @param listedAt time of the call, by the clock of the warehouse
     * @param found runs for each raw object, in the calling thread; the listing waits for it
     */
    HourListing list(Instant hour, Instant listedAt, Runnable found) throws IOException;
  }

  private final Lister lister;
  private final Iterator<Instant> hours;
  private final Supplier<Instant> clock;
  private final int maxWaiting;
  private final ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_LISTINGS);
  private final Deque<PendingHour> ahead = new ArrayDeque<>();
  private long waiting;

  /**
   * Creates the listings of some hours. The first call of {@link #peek} starts them.
   *
   * @param clock the server's clock, which orders the listings of several runs
   */
  HoursAhead(Lister lister, List<Instant> hours, Supplier<Instant> clock) {
    this(lister, hours, clock, MAX_WAITING);
  }

  HoursAhead(Lister lister, List<Instant> hours, Supplier<Instant> clock, int maxWaiting) {
    this.lister = lister;
    this.hours = hours.iterator();
    this.clock = clock;
    this.maxWaiting = maxWaiting;
  }

  boolean hasNext() {
    return !ahead.isEmpty() || hours.hasNext();
  }

  /**
   * Returns the next hour without removing it.
   *
   * @throws UnlistedHourException if it cannot be listed
   */
  HourListing peek() {
    listAhead();
    PendingHour next = ahead.element();
    try {
      return next.listing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot list hours: interrupted.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof IOException cause) {
        throw new UnlistedHourException(next.hour, cause);
      }
      throw new IllegalStateException("Cannot list an hour.", e.getCause());
    }
  }

  /** Removes and returns the next hour. */
  HourListing next() {
    HourListing next = peek();
    skip();
    listAhead();
    return next;
  }

  /** Removes the next hour. */
  synchronized void skip() {
    waiting -= ahead.remove().found;
    notifyAll();
  }

  /** Starts twelve listings at a time, because the clock costs a round trip to the server. */
  private void listAhead() {
    if (ahead.size() > MAX_HOURS / 2 || !hours.hasNext()) {
      return;
    }
    Instant listedAt = clock.get();
    while (ahead.size() < MAX_HOURS && hours.hasNext()) {
      Instant hour = hours.next();
      PendingHour next = new PendingHour(hour);
      synchronized (this) {
        ahead.add(next);
      }
      next.listing = pool.submit(() -> lister.list(hour, listedAt, () -> found(next)));
    }
  }

  private synchronized void found(PendingHour hour) {
    hour.found++;
    waiting++;
    while (waiting > maxWaiting && hour != ahead.peek()) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Cannot list hours: interrupted.", e);
      }
    }
  }

  /** Stops the listings. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
