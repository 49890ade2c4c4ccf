package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.util.List;

/** Chooses the slices that a load loads. */
interface SliceFilter {

  /** Wants every slice. */
  SliceFilter ALL = slice -> true;

  /** Returns true if a slice is to be loaded. */
  boolean wants(Slice slice);

  /**
   * Receives the ledger rows of the last wanted slice.
   *
   * @param rows none if some of its objects could not be tried
   */
  default void loaded(List<LedgerRow> rows) {}

  /** Returns true if the load ends before its next slice. */
  default boolean isStopped() {
    return false;
  }

  /** Returns true if the load itself tells the operator about faults. */
  default boolean tellsFaults() {
    return true;
  }
}
