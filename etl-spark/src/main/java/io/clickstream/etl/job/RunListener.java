package io.clickstream.etl.job;

/** Receives the messages and the stage ends of a run. */
@FunctionalInterface
public interface RunListener {

  /** Receives one line for the operator. */
  void message(String line);

  /**
   * Receives the end of a stage, on the driver's thread. If it throws, the slice fails and nothing
   * of it is committed.
   */
  default void stageEnded(Stage stage) {}
}
