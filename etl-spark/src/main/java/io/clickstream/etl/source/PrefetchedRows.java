package io.clickstream.etl.source;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The rows of objects, in the order of the objects. Threads read objects before their rows are
 * taken: at most twice as many objects as threads, and at most as many as fit a number of bytes,
 * but always one.
 */
final class PrefetchedRows<T> implements Iterator<T>, AutoCloseable {

  private record PendingRead<T>(Future<Iterator<T>> rows, long bytes) {}

  private final Iterator<? extends Fetch<T>> objects;
  private final int concurrency;
  private final long maxBytes;
  private final ExecutorService pool;
  private final Deque<PendingRead<T>> ahead = new ArrayDeque<>();
  private Fetch<T> following;
  private long bytes;
  private Iterator<T> current = Collections.emptyIterator();

  /**
   * Creates an iterator, which starts to read with the first call.
   *
   * @param concurrency number of threads
   * @param maxBytes limit of the objects that are read or being read and not taken yet
   */
  PrefetchedRows(Iterator<? extends Fetch<T>> objects, int concurrency, long maxBytes) {
    this.objects = objects;
    this.concurrency = concurrency;
    this.maxBytes = maxBytes;
    this.pool =
        Executors.newFixedThreadPool(
            concurrency,
            run -> {
              Thread thread = new Thread(run, "raw-fetch");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext()) {
      readAhead();
      if (ahead.isEmpty()) {
        pool.shutdown();
        return false;
      }
      PendingRead<T> first = ahead.remove();
      bytes -= first.bytes();
      current = join(first.rows());
    }
    return true;
  }

  @Override
  public T next() {
    return current.next();
  }

  private void readAhead() {
    while (ahead.size() < 2 * concurrency) {
      if (following == null) {
        if (!objects.hasNext()) {
          return;
        }
        following = objects.next();
      }
      Fetch<T> object = following;
      long held = object.bytesHeld();
      if (!ahead.isEmpty() && bytes + held > maxBytes) {
        return;
      }
      following = null;
      bytes += held;
      ahead.add(new PendingRead<>(pool.submit(object::fetch), held));
    }
  }

  private static <T> Iterator<T> join(Future<Iterator<T>> rows) {
    try {
      return rows.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot read raw objects: interrupted.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot read raw objects.", e.getCause());
    }
  }

  /** Stops reading, and releases the objects whose rows were not taken. */
  @Override
  public void close() {
    pool.shutdownNow();
    release(current);
    for (PendingRead<T> waiting : ahead) {
      if (waiting.rows().isDone()) {
        release(join(waiting.rows()));
      }
    }
  }

  private static void release(Iterator<?> rows) {
    if (rows instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (Exception e) {
        throw new IllegalStateException("Cannot close the rows of a raw object.", e);
      }
    }
  }
}
