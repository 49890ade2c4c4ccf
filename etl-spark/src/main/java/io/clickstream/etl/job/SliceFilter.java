package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.LedgerRow;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Chooses the slices that a load loads, and how their hours are listed. */
interface SliceFilter {

  /** Wants every slice. */
  SliceFilter ALL = slice -> true;

  /**
   * Lists an hour.
   *
   * @param listedAt time of the call, by the clock of the warehouse
   * @param found runs for each raw object, in the calling thread
   */
  default HourListing list(RawStore store, Instant hour, Instant listedAt, Runnable found)
      throws IOException {
    return store.list(hour, listedAt, found);
  }

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
