package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.ObjectOutcomes;
import io.clickstream.etl.staging.ObjectOutcomes.Outcome;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records in the ledger which objects of a slice are loaded, and which of its hours are complete.
 */
final class RecordHours {

  private final SqlConnection merge;
  private final StagingTables staging;

  RecordHours(SqlConnection merge, StagingTables staging) {
    this.merge = merge;
    this.staging = staging;
  }

  /**
   * Adds the objects that were read to the loaded objects of their hours. An hour with an
   * unreadable object is incomplete.
   *
   * @param listed all objects of the slice
   * @param objects the objects that this slice loads
   * @param loaded the objects that were loaded before
   * @param areWhole false if other objects of the hours are to be loaded later
   * @throws LoadException if other objects were staged than this slice loads
   */
  void add(
      SliceObjects listed,
      List<ListedObjects> objects,
      Map<Instant, HourKeys> loaded,
      boolean areWhole) {
    requireStaged(objects);
    Map<Instant, Instant> listedAt = listed.listedAt(objects);
    try (ObjectOutcomes outcomes = new ObjectOutcomes(merge, staging)) {
      for (ListedObjects hour : objects) {
        HourKeys.Builder read = new HourKeys.Builder(hour.size());
        boolean complete = areWhole;
        for (ListedObject object : hour) {
          Outcome outcome = outcomes.next(object.key());
          if (outcome.isRead()) {
            read.add(object.key(), outcome.records());
          }
          // An object that vanished after the listing may have moved into a pack.
          complete &= outcome.isRead();
        }
        HourKeys before = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
        HourKeys keys = listed.withWholePacks(hour.hour(), before.and(read.build()));
        LoadedHours.write(merge, hour.hour(), listedAt.get(hour.hour()), keys, complete);
      }
      Optional<String> unexpected = outcomes.unexpected();
      if (unexpected.isPresent()) {
        throw new LoadException(
            "Cannot commit: %s was not to be read. Nothing was loaded."
                .formatted(unexpected.get()));
      }
    }
  }

  private void requireStaged(List<ListedObjects> objects) {
    long expected = SliceObjects.count(objects) + ObjectOutcomes.supersededCount(merge, staging);
    long staged = ObjectOutcomes.count(merge, staging);
    if (staged != expected) {
      throw new LoadException(
          "Cannot commit: %d objects were to be read, but %d were. Nothing was loaded."
              .formatted(expected, staged));
    }
  }

  /**
   * Notes packs of which every object was loaded before, in hours of which nothing is loaded now.
   *
   * @param objects the objects that this slice loads
   */
  void addLoadedPacks(
      SliceObjects listed, List<ListedObjects> objects, Map<Instant, HourKeys> loaded) {
    for (Instant hour : listed.hoursWithPacks(objects)) {
      HourKeys before = loaded.getOrDefault(hour, HourKeys.NONE);
      HourKeys keys = listed.withWholePacks(hour, before);
      if (keys != before) {
        LoadedHours.addPacks(merge, hour, keys);
      }
    }
  }

  /** Marks incomplete hours as complete whose listing showed no new object. */
  void closeUnchanged(Slice slice, List<ListedObjects> objects) {
    Set<Instant> unchanged = new HashSet<>(LoadedHours.incomplete(merge));
    objects.forEach(hour -> unchanged.remove(hour.hour()));
    for (HourListing hour : slice.hours()) {
      if (unchanged.contains(hour.hour())) {
        LoadedHours.close(merge, hour.hour(), hour.listedAt());
      }
    }
  }
}
