package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The listings of one or several hours that are committed together.
 *
 * @param number number within the run, from 1
 * @param hours at least one; sorted here
 * @param isPart true if its hours may have other objects too; it then leaves them incomplete
 */
public record Slice(int number, List<HourListing> hours, boolean isPart) {

  /** Creates a slice of all the objects of some listings. */
  public Slice(int number, List<HourListing> hours) {
    this(number, hours, !hours.stream().allMatch(HourListing::isWhole));
  }

  public Slice {
    hours = hours.stream().sorted(Comparator.comparing(HourListing::hour)).toList();
    if (hours.isEmpty()) {
      throw new IllegalArgumentException("Cannot make a slice without hours.");
    }
  }

  /** Returns this slice with another number. */
  Slice numbered(int other) {
    return new Slice(other, hours, isPart);
  }

  /**
   * Returns both halves of the hours, or of the objects of the only hour. A slice of one object has
   * no halves.
   */
  List<Slice> halves() {
    if (hours.size() > 1) {
      int half = hours.size() / 2;
      return List.of(
          new Slice(number, hours.subList(0, half)),
          new Slice(number, hours.subList(half, hours.size())));
    }
    HourListing hour = hours.get(0);
    int half = hour.objects().size() / 2;
    return half == 0
        ? List.of()
        : List.of(
            part(hour.objects().subList(0, half), hour.ignored()),
            part(hour.objects().subList(half, hour.objects().size()), 0));
  }

  /** Returns the slice of some objects of the only hour. */
  Slice part(ListedObjects objects, long ignored) {
    HourListing hour = hours.get(0);
    return new Slice(
        number, List.of(new HourListing(hour.hour(), hour.listedAt(), objects, ignored)), true);
  }

  /** Returns the start of the first hour. */
  public Instant from() {
    return hours.get(0).hour();
  }

  /** Returns the end of the last hour. */
  public Instant to() {
    return hours.get(hours.size() - 1).hour().plus(Duration.ofHours(1));
  }

  /** Returns the number of single objects, and of those that were read from packs' keys. */
  public long objectCount() {
    return hours.stream().mapToLong(hour -> hour.objects().size()).sum();
  }

  /** Returns a high estimate of the number of records in the objects and packs. */
  long mostRecords() {
    return hours.stream().mapToLong(HourListing::mostRecords).sum();
  }

  /** Returns the number of other objects under the hours' prefixes. */
  long ignoredCount() {
    return hours.stream().mapToLong(HourListing::ignored).sum();
  }
}
