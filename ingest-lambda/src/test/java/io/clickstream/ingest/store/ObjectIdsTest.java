package io.clickstream.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.RawKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObjectIdsTest {

  private static final Instant RECEIVED_AT = Instant.parse("2026-11-22T13:05:08.250Z");

  private final ObjectIds ids = new ObjectIds();

  @Test
  void idsAreDistinctAndOfVersionSevenBeforeAndAfterAReseed() {
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      if (i == 1_000) {
        ids.reseed();
      }
      UUID id = ids.apply(RECEIVED_AT);
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(seen.add(id)).isTrue();
    }
  }

  @Test
  void namesAreInTheOrderOfReception() {
    assertThat(name(RECEIVED_AT)).isGreaterThan(RawKey.eventNamesSince(RECEIVED_AT));
    assertThat(name(RECEIVED_AT)).isLessThan(RawKey.eventNamesSince(RECEIVED_AT.plusMillis(1)));
  }

  private String name(Instant receivedAt) {
    String key = RawKey.received(receivedAt, RawKey.Kind.EVENT, ids.apply(receivedAt)).relative();
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
