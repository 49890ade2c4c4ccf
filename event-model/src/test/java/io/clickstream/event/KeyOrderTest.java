package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.RawKey.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOrderTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T23:00:00Z");

  /** Keys on both sides of each sign: halves of UUIDs compare as unsigned numbers. */
  private static final List<RawKey> KEYS =
      Stream.of(Kind.values())
          .flatMap(
              kind ->
                  Stream.of(
                          new UUID(0, 0),
                          new UUID(0, Long.MAX_VALUE),
                          new UUID(0, Long.MIN_VALUE),
                          new UUID(Long.MAX_VALUE, -1),
                          new UUID(Long.MIN_VALUE, 0),
                          new UUID(-1, -1))
                      .map(id -> new RawKey(HOUR, kind, id)))
          .sorted(Comparator.comparing(RawKey::fileName))
          .toList();

  private static int compared(RawKey one, RawKey other) {
    UUID id = one.id();
    return KeyOrder.compare(
        one.kind().code(), id.getMostSignificantBits(), id.getLeastSignificantBits(), other);
  }

  @Test
  void keysCompareLikeTheirNames() {
    for (RawKey one : KEYS) {
      for (RawKey other : KEYS) {
        assertThat(Integer.signum(compared(one, other)))
            .as("%s, %s", one.fileName(), other.fileName())
            .isEqualTo(Integer.signum(one.fileName().compareTo(other.fileName())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 17, 18})
  void aSearchFindsEachKeyOfAListAndNoOther(int size) {
    for (int wanted = 0; wanted < KEYS.size(); wanted++) {
      RawKey key = KEYS.get(wanted);
      assertThat(KeyOrder.find(size, index -> compared(KEYS.get(index), key)))
          .isEqualTo(wanted < size ? wanted : -1);
    }
  }
}
