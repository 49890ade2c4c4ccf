package io.clickstream.etl.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * How far a run of several slices has come, and how long the rest will take at the pace of the last
 * ones: a resumed backfill first rushes through hours that are loaded, which tells nothing about
 * the others.
 */
final class Progress {

  private static final int RECENT_SLICES = 10;

  /** Where the run stood after a slice. */
  private record Mark(Instant at, long hours, long records) {}

  private final Clock clock;
  private final long totalHours;
  private final Deque<Mark> recent = new ArrayDeque<>();

  Progress(Clock clock, long totalHours) {
    this.clock = clock;
    this.totalHours = totalHours;
    recent.add(new Mark(clock.instant(), 0, 0));
  }

  /** Notes the end of a slice. */
  void add(long hours, long recordsRead) {
    Mark last = recent.getLast();
    recent.add(new Mark(clock.instant(), last.hours() + hours, last.records() + recordsRead));
    if (recent.size() > RECENT_SLICES + 1) {
      recent.remove();
    }
  }

  /** Hours that are done, failed ones included. */
  long hoursDone() {
    return recent.getLast().hours();
  }

  /** Whether hours are left. */
  boolean goesOn() {
    return hoursDone() < totalHours;
  }

  /** One line: hours done, pace, and time left. */
  @Override
  public String toString() {
    Mark from = recent.getFirst();
    Mark to = recent.getLast();
    double seconds = Math.max(1, Duration.between(from.at(), to.at()).toMillis()) / 1_000.0;
    double left = (totalHours - to.hours()) * seconds / Math.max(1, to.hours() - from.hours());
    return String.format(
        Locale.ROOT,
        "hour %,d of %,d, %,.0f records/s, about %s left",
        to.hours(),
        totalHours,
        (to.records() - from.records()) / seconds,
        inWords(left));
  }

  private static String inWords(double seconds) {
    Duration left = Duration.ofSeconds(Math.max(1, Math.round(seconds)));
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
