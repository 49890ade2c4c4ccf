package io.clickstream.etl.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The hours of key prefix that a run loads. */
public sealed interface Window {

  /** Returns the name of the mode in the ledger. */
  String mode();

  /**
   * Consecutive hours.
   *
   * @param from first hour
   * @param to hour after the last one
   */
  record Range(String mode, Instant from, Instant to) implements Window {

    public Range {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException(from + " is not before " + to);
      }
    }

    /** Returns the hours in ascending order. */
    public List<Instant> hours() {
      return Stream.iterate(from, hour -> hour.isBefore(to), hour -> hour.plus(Duration.ofHours(1)))
          .toList();
    }
  }

  /**
   * The hours that may have new objects.
   *
   * @param lookBack age of the oldest hour that is listed
   * @param reconcile whether to list every hour below the raw root as well
   */
  record SinceLastRun(Duration lookBack, boolean reconcile) implements Window {
    @Override
    public String mode() {
      return "since-last-run";
    }
  }

  /** No hours: sessions and marts are computed again from the stored events. */
  record Rebuild() implements Window {
    @Override
    public String mode() {
      return "rebuild";
    }
  }
}
