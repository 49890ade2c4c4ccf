package io.clickstream.simulator;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Options of simulated traffic. Equal options give equal bytes. Any difference gives other visitors
 * and ids, so that several traffics can be loaded into one warehouse.
 *
 * @param events exact number of posts, at least 1
 * @param seed any number; another seed gives other visitors
 * @param start the earliest time of reception, to the millisecond
 * @param duration the length of the period, from {@code start}; whole milliseconds, at least one
 *     minute and at most 366 days. Every post is received within {@code [start, start + duration)}
 */
public record TrafficOptions(long events, long seed, Instant start, Duration duration) {

  /** Default number of posts. */
  public static final long DEFAULT_EVENTS = 5_000;

  /** Default seed. */
  public static final long DEFAULT_SEED = 1;

  /**
   * Default start, a Saturday evening in Viet Nam. It is fixed, so that the traffic does not depend
   * on the day of the simulation.
   */
  public static final Instant DEFAULT_START = Instant.parse("2026-11-21T12:00:00Z");

  /** Default duration: a day, with one midnight in UTC and one in Viet Nam. */
  public static final Duration DEFAULT_DURATION = Duration.ofHours(24);

  /** The longest period. */
  public static final Duration MAX_DURATION = Duration.ofDays(366);

  private static final Duration MIN_DURATION = Duration.ofMinutes(1);

  public TrafficOptions {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(duration, "duration");
    if (events < 1) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: events is " + events + ". Give at least 1.");
    }
    if (duration.compareTo(MIN_DURATION) < 0 || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: the duration is " + duration + ". Give 1 minute to 366 days.");
    }
    if (!start.equals(start.truncatedTo(ChronoUnit.MILLIS))
        || !duration.equals(duration.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: start or duration is not in whole milliseconds. Round it.");
    }
    if (start.isBefore(Limits.EARLIEST) || start.plus(duration).isAfter(Limits.LATEST)) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: it starts at "
              + start
              + ". Give a period between "
              + Limits.EARLIEST
              + " and "
              + Limits.LATEST
              + ".");
    }
  }

  /** Returns the default options: 5,000 posts of one day. */
  public static TrafficOptions standard() {
    return new TrafficOptions(DEFAULT_EVENTS, DEFAULT_SEED, DEFAULT_START, DEFAULT_DURATION);
  }

  /** Returns the end of the period, exclusive. */
  public Instant end() {
    return start.plus(duration);
  }

  public TrafficOptions withEvents(long newEvents) {
    return new TrafficOptions(newEvents, seed, start, duration);
  }

  public TrafficOptions withSeed(long newSeed) {
    return new TrafficOptions(events, newSeed, start, duration);
  }

  public TrafficOptions withStart(Instant newStart) {
    return new TrafficOptions(events, seed, newStart, duration);
  }

  public TrafficOptions withDuration(Duration newDuration) {
    return new TrafficOptions(events, seed, start, newDuration);
  }
}
