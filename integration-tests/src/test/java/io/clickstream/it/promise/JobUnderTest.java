package io.clickstream.it.promise;

import java.time.Instant;
import java.util.List;

/**
 * The job as trials know it: arguments in, ledger row out. Whoever drives another build of it, say
 * one with a fault put in on purpose, writes one of these.
 */
interface JobUnderTest {

  /** Follows a run. An exception from it ends the slice. */
  interface Watcher {

    /** The job prints a line. */
    default void said(String line) {}

    /** A slice has ended a stage. */
    default void ended(String stage) {}
  }

  /** A run that follows, in a thread of its own. */
  interface Follower extends AutoCloseable {

    /** Waits for a whole step at a time. */
    void stepAt(Instant time) throws Exception;

    /** Stops it, and returns its total as JSON. */
    String stop() throws Exception;

    @Override
    void close();
  }

  /** Returns the stages of a slice with new objects, in order. */
  List<String> stages();

  /**
   * A run.
   *
   * @return its ledger row as JSON
   * @throws Exception when it fails, in part or as a whole
   */
  String run(List<String> arguments, Watcher watcher) throws Exception;

  /**
   * Starts a run that follows.
   *
   * @param now the time by its clock, which stands still
   */
  default Follower follow(List<String> arguments, Instant now) {
    throw new UnsupportedOperationException();
  }
}
