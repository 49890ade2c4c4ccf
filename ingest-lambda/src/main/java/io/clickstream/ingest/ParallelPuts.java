package io.clickstream.ingest;

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

/** Stores several objects at once: the events of a batch. */
final class ParallelPuts {

  /** How many PUTs of a batch are under way at any time. */
  static final int AT_ONCE = 16;

  private static final long KEEP_THREADS_SECONDS = 60;

  private final ExecutorService threads;

  ParallelPuts() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            KEEP_THREADS_SECONDS,
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
   * Stores all of them, or fails with the first failure; then no further one is begun, and those
   * under way have ended. Which of them are stored after a failure is unknown.
   *
   * @throws IOException as {@link ObjectStore#putNew}
   */
  void putAll(ObjectStore store, List<RawObject> objects, Deadline deadline) throws IOException {
    if (objects.size() == 1) {
      store.putNew(objects.get(0), deadline);
      return;
    }
    ExecutorCompletionService<Void> puts = new ExecutorCompletionService<>(threads);
    List<Future<Void>> begun = new ArrayList<>();
    for (RawObject object : objects) {
      Callable<Void> put =
          () -> {
            store.putNew(object, deadline);
            return null;
          };
      begun.add(puts.submit(put));
    }
    IOException failure = null;
    RuntimeException fault = null;
    for (int ended = 0; ended < begun.size(); ended++) {
      try {
        puts.take().get();
      } catch (CancellationException e) {
        // One that had not begun when another failed.
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          failure = failure == null ? io : failure;
        } else {
          fault =
              e.getCause() instanceof RuntimeException own
                  ? own
                  : new IllegalStateException(e.getCause());
        }
        begun.forEach(put -> put.cancel(false));
      } catch (InterruptedException e) {
        begun.forEach(put -> put.cancel(false));
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while storing");
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
