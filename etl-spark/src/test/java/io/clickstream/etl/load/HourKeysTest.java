package io.clickstream.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HourKeysTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");

  private static RawKey key(Kind kind, String id) {
    return new RawKey(HOUR, kind, UUID.fromString(id));
  }

  @Test
  void aKeyTakesSeventeenBytesInTheOrderOfTheNames() {
    HourKeys keys = new HourKeys();
    keys.add(key(Kind.EVENT, "ffffffff-ffff-4fff-8fff-ffffffffffff"), 1);
    keys.add(key(Kind.EVENT, "00000000-0000-4000-8000-000000000001"), 1);
    keys.add(key(Kind.EVENT, "7fffffff-ffff-4fff-8fff-ffffffffffff"), 1);
    keys.add(key(Kind.BATCH, "80000000-0000-4000-8000-000000000001"), 7);

    byte[] encoded = keys.encodedKeys();

    assertThat(encoded).hasSize(4 * 17);
    assertThat((char) encoded[0]).isEqualTo('b');
    assertThat(List.of((char) encoded[17], (char) encoded[34], (char) encoded[51]))
        .containsOnly('e');
    // Signed order would put ffffffff-… first.
    assertThat(ByteBuffer.wrap(encoded).getLong(18)).isEqualTo(0x0000_0000_0000_4000L);
    assertThat(ByteBuffer.wrap(encoded).getLong(35)).isEqualTo(0x7FFF_FFFF_FFFF_4FFFL);
    assertThat(ByteBuffer.wrap(encoded).getLong(52)).isEqualTo(0xFFFF_FFFF_FFFF_4FFFL);
    assertThat(keys.encodedBatchRecords()).containsExactly(7);
  }

  @Test
  void anHourWithoutKeysIsEmpty() {
    HourKeys keys = HourKeys.decode(HOUR, new byte[0], new Integer[0]);
    assertThat(keys.records()).isZero();
    assertThat(keys.encodedKeys()).isEmpty();
    assertThat(keys.contains(key(Kind.EVENT, "00000000-0000-4000-8000-000000000001"))).isFalse();
  }

  @Test
  void anEventAndABatchOfOneUuidAreTwoKeys() {
    String id = "00000000-0000-4000-8000-000000000001";
    HourKeys keys = new HourKeys();
    keys.add(key(Kind.BATCH, id), 0);
    assertThat(keys.contains(key(Kind.EVENT, id))).isFalse();
    assertThat(keys.recordsOf(key(Kind.BATCH, id))).isZero();
    keys.add(key(Kind.EVENT, id), 1);
    assertThat(keys.records()).isEqualTo(1);
    assertThat(keys.recordsOf(key(Kind.EVENT, id))).isEqualTo(1);
  }

  @Test
  void addingAKeyAgainChangesNothing() {
    HourKeys keys = new HourKeys();
    keys.add(key(Kind.BATCH, "00000000-0000-4000-8000-000000000001"), 5);
    keys.add(key(Kind.BATCH, "00000000-0000-4000-8000-000000000001"), 5);
    assertThat(keys.records()).isEqualTo(5);
  }

  @Property(tries = 200)
  void whatIsEncodedIsDecoded(@ForAll @Size(max = 60) Set<Long> seeds) {
    HourKeys keys = new HourKeys();
    TreeMap<String, Integer> expected = new TreeMap<>();
    List<RawKey> added = new ArrayList<>();
    for (long seed : seeds) {
      Random random = new Random(seed);
      Kind kind = random.nextBoolean() ? Kind.BATCH : Kind.EVENT;
      RawKey key = new RawKey(HOUR, kind, new UUID(random.nextLong(), random.nextLong()));
      int records = kind == Kind.BATCH ? random.nextInt(100) : 1;
      keys.add(key, records);
      expected.put(key.fileName(), records);
      added.add(key);
    }

    HourKeys decoded = HourKeys.decode(HOUR, keys.encodedKeys(), keys.encodedBatchRecords());

    assertThat(decoded.records())
        .isEqualTo(expected.values().stream().mapToLong(Integer::longValue).sum());
    for (RawKey key : added) {
      assertThat(decoded.contains(key)).isTrue();
      assertThat(decoded.recordsOf(key)).isEqualTo(expected.get(key.fileName()));
    }
    assertThat(decoded.encodedKeys()).isEqualTo(keys.encodedKeys());
    assertThat(decoded.encodedBatchRecords()).isEqualTo(keys.encodedBatchRecords());
  }
}
