package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.ListedPacks;
import io.clickstream.etl.source.ListedPacks.Examined;
import io.clickstream.etl.source.PackContents;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.event.RawKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The objects of a slice, compared with the loaded keys of the ledger: single objects and those in
 * packs, each key once.
 *
 * <p>A pack that the ledger notes as wholly loaded is not read. Its hour counts all of its loaded
 * objects as listed. A file that is named like a pack and has no readable keys is an object itself.
 */
public final class SliceObjects {

  private final Slice slice;
  private final List<ListedObjects> listed;
  private final Map<Instant, List<PackContents>> packs;
  private final Set<Instant> hoursWithLoadedPacks;
  private final Set<Instant> hoursWithUnreadPacks;

  private SliceObjects(
      Slice slice,
      List<ListedObjects> listed,
      Map<Instant, List<PackContents>> packs,
      Set<Instant> hoursWithLoadedPacks,
      Set<Instant> hoursWithUnreadPacks) {
    this.slice = slice;
    this.listed = listed;
    this.packs = packs;
    this.hoursWithLoadedPacks = hoursWithLoadedPacks;
    this.hoursWithUnreadPacks = hoursWithUnreadPacks;
  }

  /**
   * Reads the keys of the packs of a slice.
   *
   * @param loaded loaded keys, by hour
   * @param packsFirst whether an object that is single and also in a pack is read from the pack
   * @param message receives a line for each file that is named like a pack and has no readable keys
   */
  static SliceObjects of(
      Slice slice, Map<Instant, HourKeys> loaded, boolean packsFirst, Consumer<String> message) {
    Set<Instant> hoursWithLoadedPacks = new HashSet<>();
    List<ListedPacks> unknown = new ArrayList<>();
    for (HourListing hour : slice.hours()) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      ListedObjects files = hour.packs().files();
      ListedObjects others = files.filter(key -> !keys.contains(key));
      if (others.size() < files.size()) {
        hoursWithLoadedPacks.add(hour.hour());
      }
      if (!others.isEmpty()) {
        unknown.add(new ListedPacks(others, hour.packs().store()));
      }
    }
    Map<Instant, List<PackContents>> packs = new HashMap<>();
    Map<Instant, List<ListedObject>> withoutKeys = new HashMap<>();
    Set<Instant> hoursWithUnreadPacks = new HashSet<>();
    for (Examined file : unknown.isEmpty() ? List.<Examined>of() : ListedPacks.examine(unknown)) {
      Instant hour = file.file().key().hour();
      if (file.isPack()) {
        packs.computeIfAbsent(hour, any -> new ArrayList<>()).add(file.contents());
      } else {
        withoutKeys.computeIfAbsent(hour, any -> new ArrayList<>()).add(file.file());
        message.accept(file.obstacle());
        if (file.isUnread()) {
          hoursWithUnreadPacks.add(hour);
        }
      }
    }
    List<ListedObjects> listed = new ArrayList<>();
    for (HourListing hour : slice.hours()) {
      if (!hour.isEmpty()) {
        listed.add(
            hour.objects()
                .and(
                    packs.getOrDefault(hour.hour(), List.of()),
                    withoutKeys.getOrDefault(hour.hour(), List.of()),
                    packsFirst));
      }
    }
    return new SliceObjects(slice, listed, packs, hoursWithLoadedPacks, hoursWithUnreadPacks);
  }

  /** Returns all objects of a slice, by hour. */
  public static List<ListedObjects> all(Slice slice) {
    return of(slice, Map.of(), true, line -> {}).listed();
  }

  /** Returns the objects that are not in packs which the ledger notes as wholly loaded, by hour. */
  List<ListedObjects> listed() {
    return listed;
  }

  /** Returns the hours with a pack that could not be read; another read may tell its keys. */
  Set<Instant> hoursWithUnreadPacks() {
    return hoursWithUnreadPacks;
  }

  /** Returns the hours with at least one object or pack. */
  List<Instant> hours() {
    return hours(slice);
  }

  /** Returns the hours of a slice with at least one object or pack. */
  static List<Instant> hours(Slice slice) {
    return slice.hours().stream().filter(hour -> !hour.isEmpty()).map(HourListing::hour).toList();
  }

  /** Returns the hours that have a pack with readable keys, without those of some objects. */
  Set<Instant> hoursWithPacks(List<ListedObjects> without) {
    Set<Instant> hours = new TreeSet<>(packs.keySet());
    without.forEach(hour -> hours.remove(hour.hour()));
    return hours;
  }

  /** Returns the number of objects. */
  long count(Map<Instant, HourKeys> loaded) {
    long count = 0;
    for (ListedObjects hour : listed) {
      HourKeys keys = loaded.getOrDefault(hour.hour(), HourKeys.NONE);
      count +=
          hoursWithLoadedPacks.contains(hour.hour())
              ? keys.objects() + hour.filter(key -> !keys.contains(key)).size()
              : hour.size();
    }
    return count;
  }

  /** Returns keys of an hour together with those of its packs that have no other objects. */
  HourKeys withWholePacks(Instant hour, HourKeys keys) {
    HourKeys.Builder whole = new HourKeys.Builder(packs.getOrDefault(hour, List.of()).size());
    for (PackContents pack : packs.getOrDefault(hour, List.of())) {
      boolean isWhole =
          pack.objects().stream().allMatch(object -> keys.contains(object.key()))
              && !keys.contains(pack.key());
      if (isWhole) {
        whole.add(pack.key(), 0);
      }
    }
    HourKeys added = whole.build();
    return added.isEmpty() ? keys : keys.and(added);
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
      if (hoursWithLoadedPacks.contains(hour.hour())) {
        records += keys.records();
      } else {
        for (ListedObject object : hour) {
          records += keys.recordsOf(object.key());
        }
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
