package io.clickstream.etl.job;

/** Follows a run. */
@FunctionalInterface
public interface RunListener {

  /** A line for people, now and then. */
  void say(String line);

  /**
   * A slice has ended a stage. Called on the driver's thread: what it throws ends the slice, of
   * which nothing is committed.
   */
  default void ended(Stage stage) {}
}
