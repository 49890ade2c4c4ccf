package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawKeyTest {

  private static final UUID ID = UUID.fromString("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");

  @Test
  void theKeyHasTheUtcHourOfReception() {
    RawKey key =
        RawKey.received(Instant.parse("2026-11-22T23:59:59.999999Z"), RawKey.Kind.EVENT, ID);
    assertThat(key.relative()).isEqualTo("2026/11/22/23/event-" + ID + ".json");
    assertThat(RawKey.parse(key.relative())).contains(key);
  }

  @Test
  void namesSinceAnInstantSortBetweenIdsInTheOrderOfTime() {
    Instant at = Instant.ofEpochMilli(0x019AABCDEF01L);
    assertThat(RawKey.eventNamesSince(at))
        .isEqualTo("event-019aabcd-ef01")
        .isLessThan("event-019aabcd-ef01-7000-8000-000000000000.json")
        .isGreaterThan("event-019aabcd-ef00-7fff-bfff-ffffffffffff.json");
  }

  @Test
  void aBatchObjectIsNdjson() {
    RawKey key = RawKey.received(Instant.parse("2026-01-01T00:00:00Z"), RawKey.Kind.BATCH, ID);
    assertThat(key.relative()).isEqualTo("2026/01/01/00/batch-" + ID + ".ndjson");
    assertThat(RawKey.parse(key.relative())).contains(key);
    assertThat(RawKey.ofLine(key.relative(), 3)).endsWith(".ndjson#3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026/11/22/13/",
        "2026/11/22/13/event-.json",
        "2026/11/22/13/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.ndjson",
        "2026/11/22/13/batch-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/11/22/13/pack-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/11/22/13/pack-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.parquet.crc",
        "2026/11/22/13/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.parquet",
        "2026/11/22/13/event-0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D.json",
        "2026/11/22/13/x/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/13/22/13/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/02/30/13/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/11/22/24/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json",
        "2026/11/22/13/event-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.json.tmp",
      })
  void anotherNameIsNotAKey(String name) {
    assertThat(RawKey.parse(name)).isEmpty();
  }

  /** PostgreSQL has no year 0, and nothing is received before 2000. */
  @ParameterizedTest
  @ValueSource(strings = {"0000/01/01/00", "0001/01/01/00", "1999/12/31/23", "2101/01/01/00"})
  void anHourOutsideOfTheUsableYearsIsNone(String prefix) {
    assertThat(RawKey.parseHour(prefix)).isEmpty();
    assertThat(RawKey.parse(prefix + "/event-" + ID + ".json")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2000/01/01/00", "2100/12/31/23"})
  void theFirstAndTheLastUsableHourAreHours(String prefix) {
    assertThat(RawKey.parseHour(prefix)).isPresent();
    assertThat(RawKey.parse(prefix + "/event-" + ID + ".json")).isPresent();
  }

  @Test
  void aPackHasAKeyOfItsOwn() {
    RawKey key = RawKey.received(Instant.parse("2026-01-01T00:00:00Z"), RawKey.Kind.PACK, ID);
    assertThat(key.relative()).isEqualTo("2026/01/01/00/pack-" + ID + ".parquet");
    assertThat(RawKey.parse(key.relative())).contains(key);
  }

  @Test
  void theHourOfAKeyIsAlsoThatOfItsRecords() {
    String key = "2026/11/22/13/batch-" + ID + ".ndjson";
    Instant hour = Instant.parse("2026-11-22T13:00:00Z");
    assertThat(RawKey.hourOf(key)).isEqualTo(hour);
    assertThat(RawKey.hourOf(RawKey.ofLine(key, 3))).isEqualTo(hour);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2026/11/22/13", "2026/11/22/24/x", "2026/11/22/13-x", "x"})
  void aKeyWithoutAnHourHasNone(String key) {
    assertThatThrownBy(() -> RawKey.hourOf(key)).hasMessageContaining("'" + key + "'");
  }

  @Test
  void kindCodesSortLikeListings() {
    assertThat(RawKey.Kind.ofCode('e')).isEqualTo(RawKey.Kind.EVENT);
    assertThat(RawKey.Kind.BATCH.code()).isLessThan(RawKey.Kind.EVENT.code());
    assertThat(RawKey.Kind.EVENT.code()).isLessThan(RawKey.Kind.PACK.code());
    assertThatThrownBy(() -> RawKey.Kind.ofCode('x')).hasMessageContaining("'x'");
  }
}
