package io.clickstream.etl.job;

import io.clickstream.etl.source.RawStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The hours of key prefix that a run visits. */
public sealed interface Window {

  /** Returns the name of the mode in the ledger. */
  String mode();

  /**
   * Returns the hours in ascending order; none for a run that loads no events.
   *
   * @param incomplete hours that earlier runs left incomplete
   * @param now time of the run
   */
  default List<Instant> hours(RawStore store, List<Instant> incomplete, Instant now)
      throws IOException {
    return List.of();
  }

  private static List<Instant> between(Instant from, Instant to) {
    return Stream.iterate(from, hour -> hour.isBefore(to), hour -> hour.plus(Duration.ofHours(1)))
        .toList();
  }

  /**
   * Consecutive hours.
   *
   * @param from first hour
   * @param to hour after the last one
   */
  record Range(String mode, Instant from, Instant to) implements Window {

    public Range {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException(
            "Cannot make a range: " + from + " is not before " + to + ".");
      }
    }

    /** Returns the hours in ascending order. */
    public List<Instant> hours() {
      return between(from, to);
    }

    @Override
    public List<Instant> hours(RawStore store, List<Instant> incomplete, Instant now) {
      return hours();
    }
  }

  /**
   * The hours that may have new objects: recent ones and incomplete ones.
   *
   * @param lookBack age of the oldest recent hour
   * @param reconcile whether to visit every hour below the raw root as well
   */
  record SinceLastRun(Duration lookBack, boolean reconcile) implements Window {
    @Override
    public String mode() {
      return "since-last-run";
    }

    @Override
    public List<Instant> hours(RawStore store, List<Instant> incomplete, Instant now)
        throws IOException {
      TreeSet<Instant> hours = new TreeSet<>(incomplete);
      if (reconcile) {
        hours.addAll(store.hours());
      }
      Instant current = now.truncatedTo(ChronoUnit.HOURS);
      Instant oldest = current.minus(lookBack).truncatedTo(ChronoUnit.HOURS);
      hours.addAll(between(oldest, current.plus(Duration.ofHours(1))));
      return List.copyOf(hours);
    }
  }

  /**
   * The recent hours, over and over again, and from time to time all that may have new objects.
   *
   * @param every time between the starts of two steps
   * @param lookBack age of the oldest recent hour
   * @param reconcile whether to visit every hour below the raw root as well
   */
  record Follow(Duration every, Duration lookBack, boolean reconcile) implements Window {

    static final String MODE = "follow";

    @Override
    public String mode() {
      return MODE;
    }

    /** Returns all hours that may have new objects. */
    @Override
    public List<Instant> hours(RawStore store, List<Instant> incomplete, Instant now)
        throws IOException {
      return new SinceLastRun(lookBack, reconcile).hours(store, incomplete, now);
    }

    /** Returns the current hour, and the one before. */
    List<Instant> recentHours(Instant now) {
      Instant current = now.truncatedTo(ChronoUnit.HOURS);
      return List.of(current.minus(Duration.ofHours(1)), current);
    }
  }

  /**
   * The hours below the raw root that ended some time ago.
   *
   * @param age time since the end of the latest hour
   */
  record OlderThan(Duration age) implements Window {
    @Override
    public String mode() {
      return "older-than";
    }

    @Override
    public List<Instant> hours(RawStore store, List<Instant> incomplete, Instant now)
        throws IOException {
      Instant latest = now.minus(age).minus(Duration.ofHours(1));
      return store.hours().stream().filter(hour -> !hour.isAfter(latest)).toList();
    }
  }

  /** No hours: erasure requests are written and applied. */
  record Erase() implements Window {

    /** Mode of ledger rows that no visit of hours has written, in runs of any window. */
    static final String MODE = "erase";

    @Override
    public String mode() {
      return MODE;
    }
  }

  /** No hours: sessions and marts are computed again from the stored events. */
  record Rebuild() implements Window {
    @Override
    public String mode() {
      return "rebuild";
    }
  }

  /**
   * No hours: the period before is closed.
   *
   * @param keptDays reporting days before the latest loaded one that stay open
   */
  record Close(int keptDays) implements Window {
    @Override
    public String mode() {
      return "close";
    }
  }
}
