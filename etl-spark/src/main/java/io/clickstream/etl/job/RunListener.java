package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;

/**
 * Receives the messages and the stage ends of a run. A second thread of the driver may call it for
 * the next slice, up to the end of {@link Stage#READ_PARSE_STAGE}.
 */
@FunctionalInterface
public interface RunListener {

  /** Receives one line for the operator. */
  void message(String line);

  /**
   * Receives the end of a stage of a slice. If it throws, the slice fails and nothing of it is
   * committed.
   */
  default void stageEnded(Stage stage) {}

  /** Receives the ledger row of a slice after its commit. */
  default void sliceLoaded(LedgerRow row) {}

  /** Receives one line when a follower begins to wait for the end of a fault, and when it ends. */
  default void faultChanged(String line) {
    message(line);
  }
}
