package io.clickstream.etl.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.schema.ErasureRequest.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErasedIdsTest {

  private static final String KEY =
      "2026/11/22/13/batch-00000000-0000-4000-8000-000000000001.ndjson";
  private static final String EVENT = "00000000-0000-4000-8000-00000000000a";
  private static final long BEFORE = 1_000;

  private final ErasedIds ids = new ErasedIds(1);

  private boolean matches(String clientId, String userId, long receivedMicros) {
    return ids.matches(KEY + "#7", EVENT, clientId, userId, receivedMicros);
  }

  @Test
  void anIdMatchesRecordsOfItsKindThatWereReceivedBefore() {
    ids.add(Kind.CLIENT, ErasureRequest.sha256("Zoë"), BEFORE);
    assertThat(matches("Zoë", null, BEFORE - 1)).isTrue();
    assertThat(matches("Zoë", null, BEFORE)).isFalse();
    assertThat(matches("zoë", null, BEFORE - 1)).isFalse();
    assertThat(matches(null, "Zoë", BEFORE - 1)).isFalse();
    assertThat(matches(null, null, BEFORE - 1)).isFalse();
    ids.add(Kind.USER, ErasureRequest.sha256("42"), BEFORE);
    assertThat(matches(null, "42", BEFORE - 1)).isTrue();
    assertThat(matches("42", null, BEFORE - 1)).isFalse();
  }

  @Test
  void theLatestOfSeveralRequestsCounts() {
    ids.add(Kind.EVENT, EVENT, BEFORE + 5);
    ids.add(Kind.EVENT, EVENT, BEFORE);
    assertThat(matches(null, null, BEFORE + 4)).isTrue();
    assertThat(matches(null, null, BEFORE + 5)).isFalse();
  }

  @Test
  void anIdThatIsStoredAsItsHashMatchesToo() {
    String hash = ErasureRequest.sha256("x".repeat(1_000));
    ids.add(Kind.USER, hash, BEFORE);
    assertThat(matches(null, "sha256:" + hash, 0)).isTrue();
    assertThat(matches(null, hash, 0)).isFalse();
  }

  @Test
  void aKeyMatchesARecordOrAllOfItsObjectAtAnyTime() {
    assertThat(ids.matchesKey(KEY + "#7")).isFalse();
    ids.add(Kind.OBJECT, KEY + "#7", BEFORE);
    assertThat(matches(null, null, Long.MAX_VALUE)).isTrue();
    assertThat(ids.matchesKey(KEY + "#8")).isFalse();
    assertThat(ids.matchesKey(KEY)).isFalse();
    ids.add(Kind.OBJECT, KEY, BEFORE);
    assertThat(ids.matchesKey(KEY + "#8")).isTrue();
    assertThat(ids.matchesKey(KEY)).isTrue();
  }

  @Test
  void aCopyInAnotherProcessMatchesTheSame() throws Exception {
    ids.add(Kind.CLIENT, ErasureRequest.sha256("Zoë"), BEFORE);
    ids.add(Kind.OBJECT, KEY + "#8", BEFORE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(ids);
    }
    ErasedIds copy =
        (ErasedIds)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(copy.requests()).isOne();
    assertThat(copy.matches(KEY + "#7", EVENT, "Zoë", null, BEFORE - 1)).isTrue();
    assertThat(copy.matches(KEY + "#7", EVENT, "Zoë", null, BEFORE)).isFalse();
    assertThat(copy.matches(KEY + "#7", EVENT, null, "Zoë", BEFORE - 1)).isFalse();
    assertThat(copy.matchesKey(KEY + "#8")).isTrue();
  }

  @Test
  void withoutIdsNothingMatches() {
    assertThat(ErasedIds.none().isEmpty()).isTrue();
    assertThat(ids.isEmpty()).isTrue();
    ids.add(Kind.EVENT, EVENT, BEFORE);
    assertThat(ids.isEmpty()).isFalse();
  }

  @Test
  void aRequestHasOneToTenThousandIds() {
    assertThat(request(ErasureRequest.MAX_IDS).ids(Kind.EVENT)).hasSize(ErasureRequest.MAX_IDS);
    for (int wrong : new int[] {0, ErasureRequest.MAX_IDS + 1}) {
      assertThatThrownBy(() -> request(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(wrong + " ids instead of 1 to 10000");
    }
  }

  private static ErasureRequest request(int ids) {
    Set<String> events =
        IntStream.range(0, ids).mapToObj(String::valueOf).collect(Collectors.toSet());
    return new ErasureRequest(
        UUID.randomUUID(), Instant.EPOCH, Instant.EPOCH, Map.of(Kind.EVENT, events));
  }

  @Test
  void anEventIdIsAUuidInLowerCaseOrThatOfItsText() {
    assertThat(ErasureRequest.eventId(EVENT.toUpperCase(Locale.ROOT))).isEqualTo(EVENT);
    assertThat(UUID.fromString(ErasureRequest.eventId("order-7")).version()).isEqualTo(5);
  }
}
