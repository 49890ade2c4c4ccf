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
  public static final Duration LONGEST = Duration.ofDays(366);

  private static final Duration SHORTEST = Duration.ofMinutes(1);

  public TrafficOptions {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(duration, "duration");
    if (events < 1) {
      throw new IllegalArgumentException("events must be at least 1, not " + events);
    }
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the duration must be between 1 minute and 366 days, not " + duration);
    }
    if (!start.equals(start.truncatedTo(ChronoUnit.MILLIS))
        || !duration.equals(duration.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException("start and duration must be whole milliseconds");
    }
    if (start.isBefore(Limits.EARLIEST) || start.plus(duration).isAfter(Limits.LATEST)) {
      throw new IllegalArgumentException(
          "the period must lie between "
              + Limits.EARLIEST
              + " and "
              + Limits.LATEST
              + ", not start at "
              + start);
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
