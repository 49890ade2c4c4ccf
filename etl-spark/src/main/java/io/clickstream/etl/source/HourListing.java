package io.clickstream.etl.source;

import java.time.Instant;

/**
 * A listing of one hour prefix.
 *
 * @param hour the UTC hour of the prefix
 * @param listedAt time just before the listing, by the clock of the warehouse
 * @param objects the single objects, in key order
 * @param packs the files that are named like packs, in key order
 * @param ignored number of other objects, which the job does not read
 * @param isWhole false if the hour may have other objects too
 */
public record HourListing(
    Instant hour,
    Instant listedAt,
    ListedObjects objects,
    ListedPacks packs,
    long ignored,
    boolean isWhole) {

  /** Mean size of an object of one event in a pack, whose objects are only counted later. */
  private static final long PACKED_BYTES_PER_RECORD = 100;

  /** The same of records that are short, or whose objects are batches. */
  private static final long LEAST_PACKED_BYTES_PER_RECORD = 50;

  /** Creates the whole listing of an hour without packs. */
  public HourListing(Instant hour, Instant listedAt, ListedObjects objects, long ignored) {
    this(hour, listedAt, objects, new ListedPacks(objects.none(), null), ignored, true);
  }

  /** Returns a high estimate of the number of records in the objects and packs. */
  public long mostRecords() {
    long packed = 0;
    for (ListedObject pack : packs.files()) {
      packed += 1 + pack.size() / LEAST_PACKED_BYTES_PER_RECORD;
    }
    return objects.mostRecords() + packed;
  }

  /** Returns an estimate of the number of records in a pack, from its size. */
  public static long estimatedRecords(ListedObject pack) {
    return 1 + pack.size() / PACKED_BYTES_PER_RECORD;
  }

  /** Returns true if there is neither an object nor a pack. */
  public boolean isEmpty() {
    return objects.isEmpty() && packs.isEmpty();
  }

  /** Returns true if this listing has a pack that another one does not have. */
  public boolean hasPacksBesides(HourListing other) {
    return !packs.files().stream().allMatch(pack -> other.packs().files().has(pack.key()));
  }
}
