package io.clickstream.etl.source;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;

/**
 * The rows of objects, in the order of the objects. Threads read objects before their rows are
 * taken: at most twice as many objects as threads, and at most as many as fit a number of bytes,
 * but always one.
 */
final class PrefetchedRows implements Iterator<Row>, AutoCloseable {

  private record PendingRead(Future<Iterator<Row>> rows, long bytes) {}

  private final Iterator<ListedObject> objects;
  private final ReadObject read;
  private final int concurrency;
  private final long maxBytes;
  private final ExecutorService pool;
  private final Deque<PendingRead> ahead = new ArrayDeque<>();
  private ListedObject following;
  private long bytes;
  private Iterator<Row> current = Collections.emptyIterator();

  /**
   * Creates an iterator, which starts to read with the first call.
   *
   * @param concurrency number of threads
   * @param maxBytes limit of the objects that are read or being read and not taken yet
   */
  PrefetchedRows(Iterator<ListedObject> objects, ReadObject read, int concurrency, long maxBytes) {
    this.objects = objects;
    this.read = read;
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
      PendingRead first = ahead.remove();
      bytes -= first.bytes();
      current = join(first.rows());
    }
    return true;
  }

  @Override
  public Row next() {
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
      ListedObject object = following;
      long held = ReadObject.bytesHeld(object);
      if (!ahead.isEmpty() && bytes + held > maxBytes) {
        return;
      }
      following = null;
      bytes += held;
      ahead.add(new PendingRead(pool.submit(() -> read.apply(object)), held));
    }
  }

  private static Iterator<Row> join(Future<Iterator<Row>> rows) {
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
    for (PendingRead waiting : ahead) {
      if (waiting.rows().isDone()) {
        release(join(waiting.rows()));
      }
    }
  }

  private static void release(Iterator<Row> rows) {
    if (rows instanceof BatchLines lines) {
      lines.close();
    }
  }
}
