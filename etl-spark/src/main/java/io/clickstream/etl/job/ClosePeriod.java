package io.clickstream.etl.job;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
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
 * go on between them. If the run dies, the next one with the same or a later instant goes on.
 */
public final class ClosePeriod {

  /** A batch that held the lock for longer is followed by one of half its size. */
  private static final Duration LONGEST_BATCH = Duration.ofSeconds(3);

  private static final long FIRST_BATCH_EVENTS = 20_000;
  private static final long LEAST_BATCH_EVENTS = 1_000;
  private static final long MOST_BATCH_EVENTS = 200_000;
  private static final int BATCH_ROWS = 50_000;

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
  public record Result(Closing closing, long bytesBefore, long bytesAfter) {

    /** Returns one line of JSON. */
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
    this.warehouse = warehouse;
    this.messages = messages;
    this.beforeCommit = beforeCommit;
  }

  /**
   * Closes.
   *
   * @param period tells the end of the period
   * @return nothing if no loaded day is before it: then nothing is changed
   * @throws LoadException if the period cannot be closed; batches that are committed stay
   */
  public Optional<Result> close(Function<SqlConnection, Instant> period) {
    try {
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
        start(end, connection);
        removeSessions(Closings.eventsToClose(connection));
      }
      removeRest();
      returnSpace();
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

  private void start(Instant period, SqlConnection connection) {
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
        Step.START,
        merge -> {
          Closings.start(merge, period);
          return true;
        });
    messages.accept(
        "closed the period before %s: its marts by hour and by day are final".formatted(period));
  }

  private void removeSessions(long events) {
    long batchEvents = FIRST_BATCH_EVENTS;
    long done = 0;
    long startedAt = System.nanoTime();
    while (true) {
      long batch = batchEvents;
      Removed removed = inTransaction(Step.SESSIONS, merge -> Closings.closeSessions(merge, batch));
      if (removed.sessions() == 0) {
        return;
      }
      Duration took = lockHeld;
      if (took.compareTo(LONGEST_BATCH) > 0) {
        batchEvents = Math.max(LEAST_BATCH_EVENTS, batchEvents / 2);
      } else if (took.multipliedBy(3).compareTo(LONGEST_BATCH) < 0) {
        batchEvents = Math.min(MOST_BATCH_EVENTS, batchEvents * 2);
      }
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

  private void removeRest() {
    while (inTransaction(Step.REST, merge -> Closings.closeRest(merge, BATCH_ROWS)) > 0) {
      // The next batch.
    }
  }

  private void returnSpace() {
    Optional<FreeSpace> space = FreeSpace.asOwner(warehouse, messages);
    if (space.isEmpty()) {
      messages.accept(
          "the files of the tables keep their size: %s is not a member of clickstream_owner. Close again as one that is."
              .formatted(warehouse.user()));
      return;
    }
    try (FreeSpace free = space.get()) {
      free.giveBack(() -> beforeCommit.accept(Step.SPACE));
    }
  }

  private <T> T inTransaction(Step step, Function<SqlConnection, T> work) {
    try (MergeTransaction transaction = new MergeTransaction(warehouse, messages)) {
      T result = work.apply(transaction.connection());
      beforeCommit.accept(step);
      transaction.commitClosing();
      lockHeld = Duration.ofNanos(transaction.lockHeldNanos());
      return result;
    }
  }
}
