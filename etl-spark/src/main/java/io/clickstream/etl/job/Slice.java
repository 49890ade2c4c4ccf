package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The listings of one or several hours that are committed together.
 *
 * @param number number within the run, from 1
 * @param hours at least one, ascending
 */
public record Slice(int number, List<HourListing> hours) {

  public Slice {
    hours = List.copyOf(hours);
    if (hours.isEmpty()) {
      throw new IllegalArgumentException("Cannot make a slice without hours.");
    }
  }

  /** Returns the start of the first hour. */
  public Instant from() {
    return hours.get(0).hour();
  }

  /** Returns the end of the last hour. */
  public Instant to() {
    return hours.get(hours.size() - 1).hour().plus(Duration.ofHours(1));
  }

  /** Returns the number of raw objects. */
  public long objectCount() {
    return hours.stream().mapToLong(hour -> hour.objects().size()).sum();
  }

  /** Returns the number of other objects under the hours' prefixes. */
  long ignoredCount() {
    return hours.stream().mapToLong(HourListing::ignored).sum();
  }
}
