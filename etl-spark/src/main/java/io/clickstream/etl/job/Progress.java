package io.clickstream.etl.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The progress of a run, and an estimate of the time left.
 *
 * <p>The estimate uses the pace of the last ten slices. A resumed backfill first passes hours that
 * are loaded, whose pace says nothing about the others. Hours without objects take no time.
 */
final class Progress {

  private static final int RECENT_SLICES = 10;

  /** The state of the run after a slice. */
  private record Mark(Instant at, long hours, long busyHours, long records) {}

  private final Clock clock;
  private final long totalHours;
  private final long totalBusyHours;
  private final Deque<Mark> recent = new ArrayDeque<>();

  /**
   * Creates the progress of a run that begins now.
   *
   * @param totalBusyHours number of hours with objects
   */
  Progress(Clock clock, long totalHours, long totalBusyHours) {
    this.clock = clock;
    this.totalHours = totalHours;
    this.totalBusyHours = totalBusyHours;
    recent.add(new Mark(clock.instant(), 0, 0, 0));
  }

  /** Adds a slice that has ended. */
  void add(long hours, long busyHours, long recordsRead) {
    Mark last = recent.getLast();
    recent.add(
        new Mark(
            clock.instant(),
            last.hours() + hours,
            last.busyHours() + busyHours,
            last.records() + recordsRead));
    if (recent.size() > RECENT_SLICES + 1) {
      recent.remove();
    }
  }

  /** Returns the number of visited hours, including failed ones. */
  long hoursDone() {
    return recent.getLast().hours();
  }

  /** Returns true if hours are left. */
  boolean hasHoursLeft() {
    return hoursDone() < totalHours;
  }

  /** Returns one line with visited hours, pace, and time left. */
  @Override
  public String toString() {
    Mark from = recent.getFirst();
    Mark to = recent.getLast();
    double seconds = Math.max(1, Duration.between(from.at(), to.at()).toMillis()) / 1_000.0;
    double left =
        Math.max(0, totalBusyHours - to.busyHours())
            * seconds
            / Math.max(1, to.busyHours() - from.busyHours());
    return String.format(
        Locale.ROOT,
        "hour %,d of %,d, %,.0f records/s, about %s left",
        to.hours(),
        totalHours,
        (to.records() - from.records()) / seconds,
        inWords(Duration.ofSeconds(Math.round(left))));
  }

  /** Returns a duration of at least a second in one or two units. */
  static String inWords(Duration duration) {
    Duration left = duration.toSeconds() < 1 ? Duration.ofSeconds(1) : duration;
    if (left.toDays() > 0) {
      return "%d d %d h".formatted(left.toDays(), left.toHoursPart());
    }
    if (left.toHours() > 0) {
      return "%d h %d min".formatted(left.toHours(), left.toMinutesPart());
    }
    return left.toMinutes() > 0
        ? "%d min %d s".formatted(left.toMinutes(), left.toSecondsPart())
        : left.toSeconds() + " s";
  }
}
