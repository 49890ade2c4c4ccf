package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is committed as a whole: the listings of one or several hours.
 *
 * @param number from 1, within the run
 * @param hours at least one, ascending
 */
public record Slice(int number, List<HourListing> hours) {

  public Slice {
    hours = List.copyOf(hours);
    if (hours.isEmpty()) {
      throw new IllegalArgumentException("a slice has at least one hour");
    }
  }

  /** Start of the first hour. */
  public Instant from() {
    return hours.get(0).hour();
  }

  /** End of the last hour. */
  public Instant to() {
    return hours.get(hours.size() - 1).hour().plus(Duration.ofHours(1));
  }

  /** Raw objects in it. */
  public long objectCount() {
    return hours.stream().mapToLong(hour -> hour.objects().size()).sum();
  }

  long ignored() {
    return hours.stream().mapToLong(HourListing::ignored).sum();
  }
}
