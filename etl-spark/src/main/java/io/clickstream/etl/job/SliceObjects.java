package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.event.RawKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The listed objects of a slice, compared with the loaded keys of the ledger. */
final class SliceObjects {

  private final Slice slice;
  private final List<ListedObjects> listed;

  SliceObjects(Slice slice) {
    this.slice = slice;
    this.listed =
        slice.hours().stream()
            .map(HourListing::objects)
            .filter(objects -> !objects.isEmpty())
            .toList();
  }

  /** Returns the hours with at least one object. */
  List<Instant> hours() {
    return listed.stream().map(ListedObjects::hour).toList();
  }

  /** Returns the objects that are not loaded, by hour. */
  List<ListedObjects> without(Map<Instant, HourKeys> loaded) {
    return without(listed, loaded);
  }

  /** Returns those of some objects that are not loaded, by hour. */
  static List<ListedObjects> without(List<ListedObjects> hours, Map<Instant, HourKeys> loaded) {
    return filter(hours, key -> !loaded.getOrDefault(key.hour(), HourKeys.NONE).contains(key));
  }

  /** Returns those of some objects whose key matches, by hour. */
  static List<ListedObjects> filter(List<ListedObjects> hours, Predicate<RawKey> wanted) {
    List<ListedObjects> rest = new ArrayList<>();
    for (ListedObjects hour : hours) {
      ListedObjects others = hour.filter(wanted);
      if (!others.isEmpty()) {
        rest.add(others);
      }
    }
    return rest;
  }

  /** Returns the keys of those objects that are loaded. */
  static List<RawKey> loadedKeys(List<ListedObjects> hours, Map<Instant, HourKeys> loaded) {
    List<RawKey> found = new ArrayList<>();
    for (ListedObjects hour : hours) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      for (ListedObject object : hour) {
        if (keys.contains(object.key())) {
          found.add(object.key());
        }
      }
    }
    return found;
  }

  /** Returns the number of records in those objects that are loaded. */
  long loadedRecords(Map<Instant, HourKeys> loaded) {
    long records = 0;
    for (ListedObjects hour : listed) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      for (ListedObject object : hour) {
        records += keys.recordsOf(object.key());
      }
    }
    return records;
  }

  /** Returns the time at which each of the hours was listed. */
  Map<Instant, Instant> listedAt(List<ListedObjects> hours) {
    Set<Instant> wanted = hours.stream().map(ListedObjects::hour).collect(Collectors.toSet());
    Map<Instant, Instant> listedAt = new TreeMap<>();
    for (HourListing hour : slice.hours()) {
      if (wanted.contains(hour.hour())) {
        listedAt.put(hour.hour(), hour.listedAt());
      }
    }
    return listedAt;
  }

  static long count(List<ListedObjects> hours) {
    return hours.stream().mapToLong(List::size).sum();
  }
}
