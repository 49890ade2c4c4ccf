package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import io.clickstream.event.TimeOrderedUuid;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawStoreTest {

  private static final String HOUR = "2026-11-22T13";
  private static final Instant THIRTEEN = Instant.parse("2026-11-22T13:00:00Z");

  @TempDir Path root;
  private RawFolder raw;

  @BeforeEach
  void prepareFolder() {
    raw = new RawFolder(root);
  }

  @Test
  void anHourListsItsObjectsInKeyOrderWithSizeAndModification() throws IOException {
    RawKey second = raw.event(HOUR, 2, "{}");
    RawKey first = raw.event(HOUR, 1, "{'a':1}");
    RawKey batch = raw.batch(HOUR, 3, "");
    raw.event("2026-11-22T14", 4, "{}");
    raw.event("2026-11-22T12", 5, "{}");

    AtomicInteger found = new AtomicInteger();

    HourListing listing = RawStores.of(raw).list(THIRTEEN, THIRTEEN, found::incrementAndGet);

    assertThat(found).hasValue(3);
    long modified = Instant.parse("2026-11-22T13:05:08.250Z").toEpochMilli();
    assertThat(listing.hour()).isEqualTo(THIRTEEN);
    assertThat(listing.ignored()).isZero();
    assertThat(listing.objects())
        .containsExactly(
            new ListedObject(batch, 0, modified),
            new ListedObject(first, 7, modified),
            new ListedObject(second, 2, modified));
  }

  @Test
  void otherNamesAndFoldersAreIgnoredAndCounted() throws IOException {
    raw.event(HOUR, 1, "{}");
    String id = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
    for (String name :
        new String[] {
          "event-" + id + ".json.tmp",
          "event-" + id + ".ndjson",
          "batch-" + id + ".json",
          "event-" + id.toUpperCase(java.util.Locale.ROOT) + ".json",
          "event-1.json",
          "EVENT-" + id + ".json",
          "_SUCCESS",
          "notes.txt",
          "deeper/event-" + id + ".json",
        }) {
      raw.write("2026/11/22/13/" + name, new byte[0]);
    }
    HourListing listing = RawStores.of(raw).list(THIRTEEN, THIRTEEN);
    assertThat(listing.objects()).hasSize(1);
    assertThat(listing.ignored()).isEqualTo(9);
  }

  @Test
  void aListingSinceAnInstantHasNewerIdsAndAllBatches() throws IOException {
    Instant since = Instant.parse("2026-11-22T13:30:00Z");
    RawKey older = keyOf(since.minusMillis(1));
    List<RawKey> newer = List.of(keyOf(since), keyOf(since.plusSeconds(1)));
    RawKey random =
        new RawKey(
            THIRTEEN, RawKey.Kind.EVENT, UUID.fromString("f47ac10b-58cc-4372-a567-0e02b2c3d479"));
    RawKey batch = RawFolder.key(HOUR, RawKey.Kind.BATCH, 1);
    for (RawKey key : List.of(older, newer.get(0), newer.get(1), random, batch)) {
      raw.write(key, new byte[0]);
    }
    raw.write("2026/11/22/13/event-zzz", new byte[0]);
    HourListing some = RawStores.of(raw).listSince(THIRTEEN, THIRTEEN, since, () -> {});
    assertThat(some.objects())
        .extracting(ListedObject::key)
        .containsExactly(batch, newer.get(0), newer.get(1), random);
    assertThat(some.isWhole()).isFalse();
    assertThat(RawStores.of(raw).list(THIRTEEN, THIRTEEN).objects()).hasSize(5);
    assertThat(RawStores.of(raw).list(THIRTEEN, THIRTEEN).isWhole()).isTrue();
    Instant empty = THIRTEEN.plus(Duration.ofHours(1));
    assertThat(RawStores.of(raw).listSince(empty, empty, since, () -> {}).isEmpty()).isTrue();
  }

  /** Returns the key of an event whose id is a UUIDv7. */
  private static RawKey keyOf(Instant madeAt) {
    return new RawKey(THIRTEEN, RawKey.Kind.EVENT, TimeOrderedUuid.of(madeAt, 0, 0));
  }

  @Test
  void aFolderWithTheNameOfAnObjectIsNotAnObject() throws IOException {
    Files.createDirectories(root.resolve(RawFolder.key(HOUR, RawKey.Kind.EVENT, 1).relative()));
    HourListing listing = RawStores.of(raw).list(THIRTEEN, THIRTEEN);
    assertThat(listing.objects()).isEmpty();
    assertThat(listing.ignored()).isEqualTo(1);
  }

  @Test
  void aMissingHourIsEmpty() throws IOException {
    assertThat(RawStores.of(raw).list(THIRTEEN, THIRTEEN))
        .isEqualTo(
            new HourListing(THIRTEEN, THIRTEEN, new ListedObjects.Builder(THIRTEEN).build(), 0));
  }

  @Test
  void aMissingRootIsAnError() {
    RawStore store = new RawStore(root.resolve("nowhere").toUri(), new Configuration());
    assertThatThrownBy(store::requireRoot)
        .isInstanceOf(RawRootMissingException.class)
        .hasMessageContaining("nowhere")
        .hasMessageEndingWith(": it does not exist. Check --raw and the bucket.");
    assertThatThrownBy(() -> store.list(THIRTEEN, THIRTEEN))
        .isInstanceOf(RawRootMissingException.class);
    assertThatThrownBy(store::hours).isInstanceOf(RawRootMissingException.class);
  }

  @Test
  void theRootMayEndInASlashOrNot() throws IOException {
    raw.event(HOUR, 1, "{}");
    String uri = root.toUri().toString();
    String bare = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    for (String text : new String[] {bare, bare + "/"}) {
      RawStore store = new RawStore(java.net.URI.create(text), new Configuration());
      assertThat(store.list(THIRTEEN, THIRTEEN).objects()).as(text).hasSize(1);
      assertThat(store.hours()).as(text).containsExactly(THIRTEEN);
    }
  }

  @Test
  void hoursAreTheHourPrefixesInAscendingOrder() throws IOException {
    raw.event("2026-11-22T13", 1, "{}");
    raw.event("2025-12-31T23", 2, "{}");
    raw.event("2026-11-22T00", 3, "{}");
    for (String other :
        new String[] {
          "2026/11/22/24/x",
          "2026/11/31/00/x",
          "2026/13/01/00/x",
          "26/11/22/13/x",
          "2026/11/22/7/x",
          "2026/11/22/xx/x",
          "2026/11/x",
          "archive/2026/11/22/x",
          "2026/11/22/05",
        }) {
      raw.write(other, new byte[0]);
    }
    assertThat(RawStores.of(raw).hours())
        .containsExactly(
            Instant.parse("2025-12-31T23:00:00Z"),
            Instant.parse("2026-11-22T00:00:00Z"),
            Instant.parse("2026-11-22T13:00:00Z"));
  }

  @Test
  void hoursOfARangeIncludeItsEnds() throws IOException {
    for (String hour :
        new String[] {
          "2025-12-31T22", "2025-12-31T23", "2026-01-01T00", "2026-10-02T04", "2026-10-02T05"
        }) {
      raw.event(hour, 1, "{}");
    }
    RawStore store = RawStores.of(raw);
    Instant first = Instant.parse("2025-12-31T23:00:00Z");
    Instant last = Instant.parse("2026-10-02T04:00:00Z");
    assertThat(store.hours(first, last))
        .containsExactly(first, Instant.parse("2026-01-01T00:00:00Z"), last);
    assertThat(store.hours(last, last)).containsExactly(last);
    assertThat(store.hours(first.minusSeconds(7_200), first.minusSeconds(7_200))).isEmpty();
  }

  @Test
  void anEmptyRootHasNoHours() throws IOException {
    assertThat(RawStores.of(raw).hours()).isEmpty();
  }

  @Test
  void aLocalFolderIsNotRemote() {
    assertThat(RawStores.of(raw).isRemote()).isFalse();
    assertThat(
            new RawStore(java.net.URI.create("s3a://bucket/events"), new Configuration())
                .isRemote())
        .isTrue();
  }

  @Test
  void retriesOfThrottledRequestsAreBoundedUnlessTheSettingIsGiven() {
    String retries = "fs.s3a.retry.throttle.limit";
    Configuration configuration = new Configuration();
    java.net.URI uri = java.net.URI.create("s3a://bucket/events");
    assertThat(configuration.get(retries)).isEqualTo("20");
    assertThat(new RawStore(uri, configuration).settings.properties()).containsEntry(retries, "9");
    configuration.set(retries, "20", "spark.hadoop.*");
    assertThat(new RawStore(uri, configuration).settings.properties()).containsEntry(retries, "20");
  }

  @Test
  void checksumFilesOfHadoopAreNeitherListedNorRead() throws IOException {
    RawKey key = raw.event(HOUR, 1, "{}");
    raw.write("2026/11/22/13/." + key.fileName() + ".crc", new byte[] {'c', 'r', 'c', 0});
    HourListing listing = RawStores.of(raw).list(THIRTEEN, THIRTEEN);
    assertThat(listing.objects()).hasSize(1);
    assertThat(listing.ignored()).isZero();
    byte[] read = RawStores.of(raw).read(listing.objects().get(0), in -> in.readAllBytes());
    assertThat(read).hasSize(2);
  }

  @Test
  void aLinkWithoutTargetIsNotListedAndAFileInPlaceOfAnHourIsIgnored() throws IOException {
    raw.event(HOUR, 1, "{}");
    RawKey nowhere = RawFolder.key(HOUR, RawKey.Kind.EVENT, 2);
    Files.createSymbolicLink(root.resolve(nowhere.relative()), root.resolve("nowhere"));
    assertThat(RawStores.of(raw).list(THIRTEEN, THIRTEEN).objects()).hasSize(1);
    raw.write("2026/11/22/14", new byte[1]);
    Instant fourteen = Instant.parse("2026-11-22T14:00:00Z");
    assertThat(RawStores.of(raw).list(fourteen, fourteen).objects()).isEmpty();
    assertThat(RawStores.of(raw).list(fourteen, fourteen).ignored()).isEqualTo(1);
  }

  @Test
  void anotherFileSystemOfTheSchemeIsUsed() throws IOException {
    RawKey key = raw.event(HOUR, 1, "{}");
    Configuration configuration = new Configuration();
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    configuration.set("fs.file.impl.disable.cache", "true");
    HourListing listing = new RawStore(root.toUri(), configuration).list(THIRTEEN, THIRTEEN);
    assertThat(listing).isEqualTo(RawStores.of(raw).list(THIRTEEN, THIRTEEN));
    assertThat(listing.objects().get(0).key()).isEqualTo(key);
  }

  @Test
  void objectsAreListedInTheOrderOfTheirNames() throws IOException {
    for (String id :
        new String[] {
          "80000000-0000-4000-8000-000000000000",
          "7fffffff-ffff-4fff-bfff-ffffffffffff",
          "7fffffff-ffff-4fff-0fff-ffffffffffff",
          "00000000-0000-4000-8000-000000000000",
          "ffffffff-0000-4000-8000-000000000000",
        }) {
      raw.write("2026/11/22/13/event-" + id + ".json", new byte[0]);
      raw.write("2026/11/22/13/batch-" + id + ".ndjson", new byte[0]);
    }
    assertThat(RawStores.of(raw).list(THIRTEEN, THIRTEEN).objects())
        .extracting(object -> object.key().fileName())
        .hasSize(10)
        .isSorted();
  }
}
