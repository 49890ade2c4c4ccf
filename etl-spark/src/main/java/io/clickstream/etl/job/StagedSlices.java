package io.clickstream.etl.job;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slices of a plan, staged ahead: while the caller merges one slice, a thread lists, reads and
 * stages the next one, over a connection of its own. At most one slice waits.
 *
 * <p>A failure of the thread is thrown when it is the turn of its slice.
 */
public final class StagedSlices implements Iterator<Slice>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StagedSlices.class);

  private static final long MILLIS_BETWEEN_CANCELLATIONS = 100;

  /**
   * A setting of a Spark session. With it, the merging slice gets its share of the cores while its
   * sessions are computed. Otherwise all tasks of the next slice would come first, since their job
   * is older, and the lock would be held meanwhile.
   */
  public static final Map<String, String> SETTINGS = Map.of("spark.scheduler.mode", "FAIR");

  private static final String POOL = "stage-ahead";

  /** Lists, reads and stages a slice. */
  @FunctionalInterface
  interface Stager {

    /** Returns a staged slice, which waits for its merge. */
    LoadSlice stage(Slice slice, SqlConnection connection) throws Exception;
  }

  /**
   * A slice and its state.
   *
   * @param slice null if the plan failed
   * @param load null if the slice could not be staged
   * @param failure of the plan or of the staging; null if the slice is staged
   */
  private record Ahead(Slice slice, LoadSlice load, Throwable failure) {}

  private final Run run;
  private final SqlConnection connection;
  private final Iterator<Slice> plan;
  private final Stager stager;
  private final String jobGroup;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread staging = new Thread(task, "stage-ahead");
            staging.setDaemon(true);
            return staging;
          });
  private Future<Optional<Ahead>> ahead;
  private Ahead current;
  private volatile boolean isClosed;

  /**
   * Creates the slices, and begins to stage the first one.
   *
   * @param connection is used by the thread only, and is closed at the end
   * @param plan is used by the thread only
   */
  StagedSlices(Run run, SqlConnection connection, Iterator<Slice> plan, Stager stager) {
    this.run = run;
    this.connection = connection;
    this.plan = plan;
    this.stager = stager;
    this.jobGroup = "stage-ahead-" + run.id();
    this.ahead = thread.submit(this::following);
  }

  private Optional<Ahead> following() {
    SparkSession.setActiveSession(run.spark());
    SparkContext context = run.spark().sparkContext();
    context.setJobGroup(jobGroup, "Stage the next slice", true);
    context.setLocalProperty("spark.scheduler.pool", POOL);
    if (isClosed || !plan.hasNext()) {
      return Optional.empty();
    }
    Slice slice;
    try {
      slice = plan.next();
    } catch (Throwable e) {
      return Optional.of(new Ahead(null, null, e));
    }
    try {
      return Optional.of(new Ahead(slice, stager.stage(slice, connection), null));
    } catch (Throwable e) {
      return Optional.of(new Ahead(slice, null, e));
    }
  }

  @Override
  public boolean hasNext() {
    return await().isPresent();
  }

  /**
   * Returns the next slice as soon as it is staged or has failed, and begins to stage the one after
   * it.
   *
   * @throws UnlistedHourException if the next hour cannot be listed; the following call skips it
   */
  @Override
  public Slice next() {
    current = await().orElseThrow(NoSuchElementException::new);
    ahead = thread.submit(this::following);
    if (current.slice() == null) {
      throw StagedSlices.<RuntimeException>thrown(current.failure());
    }
    return current.slice();
  }

  /**
   * Returns the load of the slice that was returned last, to be merged.
   *
   * @throws RuntimeException the failure of its staging
   */
  LoadSlice load() {
    if (current.failure() != null) {
      throw StagedSlices.<RuntimeException>thrown(current.failure());
    }
    return current.load();
  }

  private Optional<Ahead> await() {
    try {
      return ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot stage the next slice: interrupted.", e);
    } catch (ExecutionException e) {
      throw StagedSlices.<RuntimeException>thrown(e.getCause());
    }
  }

  /** Returns a failure of any type as it is: Spark throws exceptions that no method declares. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T thrown(Throwable failure) throws T {
    throw (T) failure;
  }

  /** Ends the staging of the next slice, and drops what it has staged. */
  @Override
  public void close() {
    isClosed = true;
    boolean mayHaveJob = !ahead.isDone();
    thread.shutdownNow();
    try {
      boolean hasEnded = thread.awaitTermination(mayHaveJob ? 0 : 1, TimeUnit.SECONDS);
      while (!hasEnded) {
        run.spark().sparkContext().cancelJobGroup(jobGroup);
        hasEnded = thread.awaitTermination(MILLIS_BETWEEN_CANCELLATIONS, TimeUnit.MILLISECONDS);
      }
      if (mayHaveJob) {
        // For a job that began after the last cancellation.
        run.spark().sparkContext().cancelJobGroup(jobGroup);
      }
      dropAhead();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeConnection();
    }
  }

  private void closeConnection() {
    try {
      connection.close();
    } catch (DatabaseException e) {
      LOG.warn("Cannot close the connection of the next slice: {}", e.getMessage());
    }
  }

  private void dropAhead() throws InterruptedException {
    if (ahead.isDone() && !ahead.isCancelled()) {
      try {
        ahead.get().map(Ahead::load).ifPresent(LoadSlice::drop);
      } catch (ExecutionException e) {
        // There is nothing to drop.
      }
    }
  }
}
