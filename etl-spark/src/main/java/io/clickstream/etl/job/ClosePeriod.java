package io.clickstream.etl.job;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.BatchSize;
import io.clickstream.etl.warehouse.ClosingLock;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Closings.Closing;
import io.clickstream.etl.warehouse.Closings.Removed;
import io.clickstream.etl.warehouse.FreeSpace;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Closes the period before an instant: removes its sessions, their events and the marts of single
 * sessions. Marts by hour and by day stay, and are final.
 *
 * <ol>
 *   <li><b>Start</b>: {@code closed_before} of the settings moves forward. From its commit on,
 *       loads leave records of the period out.
 *   <li><b>Remove</b> the sessions in batches, the oldest first, with the rows that depend on them.
 *   <li><b>Remove</b> rejected records of the period, and what no later figure needs.
 *   <li><b>Return the free space</b> of the tables to the file system.
 * </ol>
 *
 * <p>Each batch is a transaction of at most a few seconds under the warehouse lock, so that loads
 * go on between them. If the run dies, the next one with the same or a later instant goes on. A
 * {@link ClosingLock} lets one closing at a time work on a warehouse.
 */
public final class ClosePeriod {

  /** Events of the first batch. A batch may have more by the last of its sessions. */
  private static final long FIRST_BATCH_EVENTS = 5_000;

  private static final long LEAST_BATCH = 500;
  private static final long MOST_BATCH = 200_000;

  /** Rows of each table in the first batch of other rows. */
  private static final long FIRST_BATCH_ROWS = 10_000;

  /** The transactions of a closing. */
  public enum Step {
    START,
    SESSIONS,
    REST,
    SPACE
  }

  /**
   * The result.
   *
   * @param closing what was removed, also by earlier runs with the same instant
   * @param bytesBefore size of all tables and indexes before this run
   * @param bytesAfter size of all tables and indexes after it
   */
  public record Result(Closing closing, long bytesBefore, long bytesAfter) implements JobReport {

    @Override
    public String toJson() {
      return """
          {"closed_before":"%s","finished":%s,"sessions":%d,"events":%d,"duplicates":%d,\
          "rejected":%d,"bytes_before":%d,"bytes_after":%d}"""
          .formatted(
              closing.closedBefore(),
              closing.isFinished(),
              closing.sessions(),
              closing.events(),
              closing.duplicates(),
              closing.rejected(),
              bytesBefore,
              bytesAfter);
    }
  }

  private final Warehouse warehouse;
  private final Consumer<String> messages;
  private final long firstBatchEvents;
  private final Consumer<Step> beforeCommit;

  /** Time for which the latest transaction held the lock, without the wait for the lock. */
  private Duration lockHeld = Duration.ZERO;

  /**
   * Creates the closing.
   *
   * @param messages receives lines for the operator
   */
  public ClosePeriod(Warehouse warehouse, Consumer<String> messages) {
    this(warehouse, messages, step -> {});
  }

  /**
   * Creates the closing.
   *
   * @param beforeCommit is called before the commit of each transaction; one that throws ends the
   *     closing there
   */
  public ClosePeriod(Warehouse warehouse, Consumer<String> messages, Consumer<Step> beforeCommit) {
    this(warehouse, messages, FIRST_BATCH_EVENTS, beforeCommit);
  }

  /**
   * Creates the closing.
   *
   * @param firstBatchEvents events of the first batch
   */
  public ClosePeriod(
      Warehouse warehouse,
      Consumer<String> messages,
      long firstBatchEvents,
      Consumer<Step> beforeCommit) {
    this.warehouse = warehouse;
    this.messages = messages;
    this.firstBatchEvents = firstBatchEvents;
    this.beforeCommit = beforeCommit;
  }

  /**
   * Closes.
   *
   * @param period tells the end of the period
   * @return nothing if no loaded day is before it: then nothing is changed
   * @throws LoadException if the period cannot be closed, or another closing is running; batches
   *     that are committed stay
   */
  public Optional<Result> close(Function<SqlConnection, Instant> period) {
    try (ClosingLock lock = ClosingLock.take(warehouse, "close")) {
      long bytesBefore;
      try (SqlConnection connection = SqlConnection.open(warehouse)) {
        bytesBefore = FreeSpace.bytes(connection);
        Instant end = period.apply(connection);
        if (Closings.closedBefore(connection).isEmpty()
            && !Closings.hasDayBefore(connection, end)) {
          // It could not be undone, and an erasure could not be proved any more.
          messages.accept("nothing to close: no loaded day is before %s".formatted(end));
          return Optional.empty();
        }
        start(lock, end, connection);
        Closings.findEarliestKept(connection);
        removeSessions(lock, Closings.eventsToClose(connection));
      }
      removeRest(lock);
      returnSpace(lock);
      try (SqlConnection connection = SqlConnection.open(warehouse)) {
        return Optional.of(
            new Result(
                Closings.latest(connection).orElseThrow(),
                bytesBefore,
                FreeSpace.bytes(connection)));
      }
    } catch (DatabaseException e) {
      throw new LoadException("Cannot close: " + e.getMessage(), e);
    }
  }

  private void start(ClosingLock lock, Instant period, SqlConnection connection) {
    Instant latest = Closings.latestInstant(connection);
    if (period.isAfter(latest)) {
      throw new LoadException(
          "Cannot close before %s: the latest loaded day begins too soon after it. Give %s or earlier."
              .formatted(period, latest));
    }
    Optional<Instant> closed = Closings.closedBefore(connection);
    if (closed.isPresent() && !closed.get().isBefore(period)) {
      messages.accept("the period before %s is closed already".formatted(closed.get()));
      return;
    }
    inTransaction(
        lock,
        Step.START,
        merge -> {
          Closings.start(merge, period);
          return true;
        });
    messages.accept(
        "closed the period before %s: its marts by hour and by day are final".formatted(period));
  }

  private void removeSessions(ClosingLock lock, long events) {
    BatchSize batch = new BatchSize(firstBatchEvents, LEAST_BATCH, MOST_BATCH);
    long done = 0;
    long startedAt = System.nanoTime();
    while (true) {
      Removed removed =
          inTransaction(lock, Step.SESSIONS, merge -> Closings.closeSessions(merge, batch.next()));
      if (removed.sessions() == 0) {
        return;
      }
      batch.adapt(lockHeld);
      done += removed.events();
      long nanosPerEvent = (System.nanoTime() - startedAt) / Math.max(1, done);
      messages.accept(
          "removed %,d of %,d events, about %s left"
              .formatted(
                  done,
                  Math.max(done, events),
                  Progress.inWords(Duration.ofNanos(nanosPerEvent * Math.max(0, events - done)))));
    }
  }

  private void removeRest(ClosingLock lock) {
    BatchSize batch = new BatchSize(FIRST_BATCH_ROWS, LEAST_BATCH, MOST_BATCH);
    while (inTransaction(lock, Step.REST, merge -> Closings.closeRest(merge, batch.next())) > 0) {
      batch.adapt(lockHeld);
    }
  }

  private void returnSpace(ClosingLock lock) {
    Optional<FreeSpace> space = FreeSpace.asOwner(lock, messages);
    if (space.isEmpty()) {
      messages.accept(
          "the files of the tables keep their size: %s may not act as clickstream_owner. Close again as one who may."
              .formatted(warehouse.user()));
      return;
    }
    space.get().giveBack(() -> beforeCommit.accept(Step.SPACE));
  }

  private <T> T inTransaction(ClosingLock lock, Step step, Function<SqlConnection, T> work) {
    lock.requireHeld();
    try (MergeTransaction transaction = new MergeTransaction(warehouse, messages)) {
      T result = work.apply(transaction.connection());
      beforeCommit.accept(step);
      transaction.commitClosing();
      lockHeld = Duration.ofNanos(transaction.lockHeldNanos());
      return result;
    }
  }
}
