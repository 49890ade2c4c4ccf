package io.clickstream.ingest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Stores the objects of a batch with parallel PUTs. */
public final class ParallelPuts {

  /** Maximum number of PUTs in flight. */
  static final int PARALLELISM = 16;

  private static final long IDLE_SECONDS = 60;

  private final ExecutorService threads;

  /** Creates an idle pool; its threads start with the first batch and end when idle. */
  public ParallelPuts() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            PARALLELISM,
            PARALLELISM,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            run -> {
              Thread thread = new Thread(run, "put");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
  }

  /**
   * Stores all objects. After the first failure no further PUT starts, and the method returns when
   * those in flight have ended; which of the objects are stored is then unknown.
   *
   * @throws IOException the first failure
   */
  public void putAll(ObjectStore store, List<RawObject> objects, Deadline deadline)
      throws IOException {
    if (objects.size() == 1) {
      store.putNew(objects.get(0), deadline);
      return;
    }
    ExecutorCompletionService<Void> puts = new ExecutorCompletionService<>(threads);
    List<Future<Void>> submitted = new ArrayList<>();
    for (RawObject object : objects) {
      Callable<Void> put =
          () -> {
            store.putNew(object, deadline);
            return null;
          };
      submitted.add(puts.submit(put));
    }
    awaitAll(puts, submitted);
  }

  /** Waits for all PUTs; cancels those that have not started after the first failure. */
  private static void awaitAll(ExecutorCompletionService<Void> puts, List<Future<Void>> submitted)
      throws IOException {
    IOException failure = null;
    RuntimeException fault = null;
    for (int ended = 0; ended < submitted.size(); ended++) {
      try {
        puts.take().get();
      } catch (CancellationException e) {
        // The PUT had not started when another one failed.
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          failure = failure == null ? io : failure;
        } else {
          fault =
              e.getCause() instanceof RuntimeException own
                  ? own
                  : new IllegalStateException(e.getCause());
        }
        submitted.forEach(put -> put.cancel(false));
      } catch (InterruptedException e) {
        submitted.forEach(put -> put.cancel(false));
        Thread.currentThread().interrupt();
        throw new IOException("Cannot store the events: interrupted.");
      }
    }
    if (fault != null) {
      throw fault;
    }
    if (failure != null) {
      throw failure;
    }
  }
}
