package io.clickstream.etl.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides how much of the recent hours a step of a follower lists: all, or only the newest ids.
 *
 * <p>The more objects the hours have, the longer it takes to list all of them. If there are many,
 * all are listed once a minute, or less often, so that it takes a twentieth of the time at most.
 * The other steps list the ids since half a minute before the previous step, because the ingest
 * function gives its objects ids in the order of reception (UUIDv7). An object with an older id,
 * such as a copied one, is found by the next step that lists all.
 */
final class RecentListings {

  /** Fewer objects are listed in each step: these are five pages of S3's listings. */
  private static final long MANY = 5_000;

  /** Time that a step allows for between the reception of an event and its stored object. */
  static final Duration LATE = Duration.ofSeconds(30);

  static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);

  /** The time between two listings of all, as a multiple of the time that one takes. */
  private static final int PAUSE = 20;

  private final long many;
  private Instant previousStep = Instant.MIN;
  private Instant nextOfAll = Instant.MIN;

  RecentListings() {
    this(MANY);
  }

  /**
   * Creates the listings of a follower.
   *
   * @param many the least number of objects of which a step may list some
   */
  RecentListings(long many) {
    this.many = many;
  }

  /**
   * Begins a step.
   *
   * @return the time of the oldest ids to list; nothing if all are listed
   */
  Optional<Instant> begin(Instant now) {
    if (now.isBefore(previousStep)) {
      // The clock was ahead, so the time of the next listing of all may be far away.
      nextOfAll = Instant.MIN;
    }
    Instant since = previousStep;
    previousStep = now;
    return now.isBefore(nextOfAll) ? Optional.of(since.minus(LATE)) : Optional.empty();
  }

  /**
   * Notes that a step has listed all.
   *
   * @param startedAt its time
   * @param took time of the listings
   */
  void listedAll(Instant startedAt, long objects, Duration took) {
    Duration pause = took.multipliedBy(PAUSE);
    nextOfAll =
        objects < many
            ? Instant.MIN
            : startedAt.plus(pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
  }
}
