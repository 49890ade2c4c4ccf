package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.UnprocessableRowException;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.event.RawKey;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Halving of slices that fail on their data, with a loader that fails on some objects. */
class LoadPartsTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");

  private final List<Slice> loaded = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private String jdbcUrl;

  @BeforeEach
  void createWarehouse() throws SQLException {
    jdbcUrl = TestWarehouses.migrated();
  }

  private static HourListing hour(int hour, int objects) {
    Instant start = HOUR.plus(Duration.ofHours(hour));
    ListedObjects.Builder listed = new ListedObjects.Builder(start);
    for (int i = 1; i <= objects; i++) {
      listed.add(
          new ListedObject(
              new RawKey(start, RawKey.Kind.EVENT, new UUID(0x4000L, 1_000L * hour + i)), 1, 0));
    }
    return new HourListing(start, start, listed.build(), 0);
  }

  private static long number(RawKey key) {
    return key.id().getLeastSignificantBits();
  }

  private Run run() {
    return new Run(
        UUID.randomUUID(),
        "hour",
        null,
        new Warehouse(jdbcUrl, PostgresServer.USER, null, null),
        WarehouseSettings.of(
            new ParseRules(0), new SessionRules(Duration.ofMinutes(30), "UTC", List.of())),
        false,
        false,
        "test",
        line -> {});
  }

  private static LoadException poisoned() {
    return new LoadException(
        "Cannot load: poison.",
        new UnprocessableRowException("a row", new IllegalStateException("poison")));
  }

  /** Fails on slices with an object that is poison, unless it is quarantined. */
  private void load(Slice slice, Predicate<RawKey> poison) {
    try (RunSession session = RunSession.open(run())) {
      new LoadParts(
              session,
              part -> {
                for (RawKey key : keys(part)) {
                  if (poison.test(key) && !isQuarantined(key)) {
                    throw poisoned();
                  }
                }
                loaded.add(part);
              },
              failures::add)
          .load(slice, poisoned());
    }
  }

  private static List<RawKey> keys(Slice slice) {
    return slice.hours().stream()
        .flatMap(hour -> hour.objects().stream())
        .map(ListedObject::key)
        .toList();
  }

  private boolean isQuarantined(RawKey key) {
    try {
      return TestWarehouses.number(
              jdbcUrl,
              "SELECT count(*) FROM etl_quarantine WHERE object_key = '" + key.relative() + "'")
          == 1;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void onlyTheObjectsThatFailAloneAreQuarantined() throws SQLException {
    Slice slice = new Slice(1, List.of(hour(0, 7), hour(1, 9), hour(2, 1), hour(3, 0)));
    Set<Long> poison = Set.of(3L, 7L, 1_009L, 2_001L);
    load(slice, key -> poison.contains(number(key)));
    assertThat(TestWarehouses.number(jdbcUrl, "SELECT count(*) FROM etl_quarantine"))
        .isEqualTo(poison.size());
    assertThat(poison.stream().map(number -> "%012x".formatted(number)))
        .allSatisfy(id -> assertThat(failures).anyMatch(line -> line.contains(id + ".json")));
    Set<RawKey> all = new HashSet<>();
    loaded.forEach(part -> all.addAll(keys(part)));
    assertThat(all).containsExactlyInAnyOrderElementsOf(keys(slice));
    // Each hour that was divided ends with the whole hour.
    assertThat(
            loaded.stream().filter(part -> !part.isPart()).flatMap(part -> part.hours().stream()))
        .containsExactlyInAnyOrderElementsOf(slice.hours());
    assertThat(loaded.stream().map(Slice::number)).doesNotHaveDuplicates();
  }

  @Test
  void ofSomeObjectsOnlyThoseThatAreNotLoadedAreHalved() throws SQLException {
    HourListing all = hour(0, 200);
    RawKey poison = all.objects().get(100).key();
    HourKeys.Builder before = new HourKeys.Builder(all.objects().size());
    all.objects().stream()
        .map(ListedObject::key)
        .filter(key -> !key.equals(poison))
        .forEach(key -> before.add(key, 1));
    try (RunSession session = RunSession.open(run())) {
      LoadedHours.write(session.stagingConnection(), HOUR, HOUR, before.build(), true);
    }
    HourListing some =
        new HourListing(HOUR, HOUR, all.objects(), all.packs(), all.ignored(), false);
    load(new Slice(1, List.of(some)), poison::equals);
    assertThat(failures).singleElement().asString().contains(poison.relative());
    assertThat(loaded).allMatch(Slice::isPart).hasSizeLessThan(3);
  }

  @Test
  void aRunTriesSixtyFourPartsAtMost() {
    Slice slice = new Slice(1, List.of(hour(0, 500)));
    int[] tried = {0};
    load(
        slice,
        key -> {
          tried[0]++;
          return true;
        });
    assertThat(failures).anyMatch(line -> line.startsWith("Not loaded: "));
    assertThat(failures).anyMatch(line -> line.startsWith("Cannot load 2026/11/22/13/event-"));
    // The loader stops at the first object of a part that is poison.
    assertThat(tried[0]).isEqualTo(LoadParts.MAX_PARTS);
    assertThat(loaded).isEmpty();
  }

  @Test
  void onePoisonOfManyObjectsTakesFewParts() {
    // One half of each of 16 halvings, and the hour.
    Slice slice = new Slice(1, List.of(hour(0, 1 << 16)));
    load(slice, key -> number(key) == 12_345);
    assertThat(failures).singleElement().asString().contains("0000-000000003039.json");
    assertThat(loaded).hasSize(16 + 1);
  }

  @Test
  void aFailureOfAnotherKindIsThrown() {
    LoadException broken = new LoadException("Cannot load.", new SQLException("gone", "08006"));
    try (RunSession session = RunSession.open(run())) {
      LoadParts parts =
          new LoadParts(
              session,
              part -> {
                throw broken;
              },
              failures::add);
      assertThatThrownBy(() -> parts.load(new Slice(1, List.of(hour(0, 4))), poisoned()))
          .isSameAs(broken);
    }
  }

  @Test
  void failuresOnDataAreToldFromOthers() {
    assertThat(List.of("22P02", "22003", "54000", "54001"))
        .allMatch(state -> DataFailure.is(new SQLException("x", state)));
    assertThat(List.of("08006", "23505", "40001", "53100", "57P01", "42501", "XX000"))
        .noneMatch(state -> DataFailure.is(new SQLException("x", state)));
    assertThat(
            DataFailure.is(
                new SQLException("ERROR: invalid memory alloc request size 1188396744", "XX000")))
        .isTrue();
    assertThat(DataFailure.is(new LoadException("x", new Exception(poisoned())))).isTrue();
    assertThat(DataFailure.is(new LoadException("x"))).isFalse();
  }
}
