package io.clickstream.it.promise;

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

  /** Returns the stages of a slice with new objects, in order. */
  List<String> stages();

  /**
   * A run.
   *
   * @return its ledger row as JSON
   * @throws Exception when it fails, in part or as a whole
   */
  String run(List<String> arguments, Watcher watcher) throws Exception;
}
