package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** One hour of a local raw root, which tests pack without Spark. */
final class PackedHour {

  static final String TEXT = "2026-11-22T13";
  static final Instant HOUR = Instant.parse(TEXT + ":00:00Z");

  private final RawFolder raw;
  private final RawStore store;

  PackedHour(RawFolder raw) {
    this.raw = raw;
    this.store = new RawStore(raw.uri(), new Configuration(), ReadRetries.quick());
  }

  RawStore store() {
    return store;
  }

  HourListing list() throws IOException {
    return store.list(HOUR, HOUR);
  }

  PackOutcome pack(boolean deletes) throws IOException {
    return pack(deletes, step -> {});
  }

  /**
   * Packs the hour.
   *
   * @param reached receives the steps, and may throw
   */
  PackOutcome pack(boolean deletes, Consumer<PackStep> reached) throws IOException {
    CopyIntoPacks objects = new CopyIntoPacks(store, 3, deletes);
    CopyIntoPacks.Plan plan = new CopyIntoPacks.Plan();
    objects.plan(list(), plan);
    PackOutcome outcome = plan.found();
    for (PackPart part : plan.parts()) {
      outcome = outcome.and(objects.pack(part, reached));
    }
    return outcome;
  }

  /** Returns the objects of the hour, wherever they stand: time and bytes by key. */
  Map<String, String> objects() throws Exception {
    Map<String, String> objects = new TreeMap<>();
    HourListing listing = list();
    for (ListedObject pack : listing.packs().files()) {
      for (RowGroupSelection rowGroup : new PackReader(store).rowGroups(pack)) {
        try (RowGroupDecoder rows = new PackReader(store).rows(rowGroup)) {
          while (rows.hasNext()) {
            put(objects, rows.next());
          }
        }
      }
    }
    for (ListedObject object : listing.objects()) {
      String key = object.key().relative();
      byte[] body = Files.readAllBytes(raw.root().resolve(key));
      put(objects, new PackedObject(key, object.lastModifiedMicros(), body));
    }
    return objects;
  }

  private static void put(Map<String, String> objects, PackedObject object) {
    String value = object.lastModifiedMicros() + " " + Arrays.hashCode(object.body());
    String before = objects.put(object.key(), value);
    if (before != null && !before.equals(value)) {
      throw new AssertionError(object.key() + " is " + before + " and " + value);
    }
  }

  /** Returns the names of the files of the hour. */
  List<String> files() throws IOException {
    try (var files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  Path folder() {
    return raw.root().resolve(RawKey.hourPrefix(HOUR));
  }

  /** Returns the only pack. */
  ListedObject pack() throws IOException {
    ListedObjects packs = list().packs().files();
    if (packs.size() != 1) {
      throw new AssertionError(files());
    }
    return packs.get(0);
  }

  Path file(ListedObject object) {
    return raw.root().resolve(object.key().relative());
  }
}
