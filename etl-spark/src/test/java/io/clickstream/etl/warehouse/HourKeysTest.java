package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    HourKeys keys =
        new HourKeys.Builder(4)
            .add(key(Kind.BATCH, "80000000-0000-4000-8000-000000000001"), 7)
            .add(key(Kind.EVENT, "00000000-0000-4000-8000-000000000001"), 1)
            .add(key(Kind.EVENT, "7fffffff-ffff-4fff-8fff-ffffffffffff"), 1)
            // Signed order would put it first.
            .add(key(Kind.EVENT, "ffffffff-ffff-4fff-8fff-ffffffffffff"), 1)
            .build();

    byte[] encoded = keys.encodedKeys();

    assertThat(encoded).hasSize(4 * 17);
    assertThat((char) encoded[0]).isEqualTo('b');
    assertThat(List.of((char) encoded[17], (char) encoded[34], (char) encoded[51]))
        .containsOnly('e');
    assertThat(ByteBuffer.wrap(encoded).getLong(18)).isEqualTo(0x0000_0000_0000_4000L);
    assertThat(ByteBuffer.wrap(encoded).getLong(35)).isEqualTo(0x7FFF_FFFF_FFFF_4FFFL);
    assertThat(ByteBuffer.wrap(encoded).getLong(52)).isEqualTo(0xFFFF_FFFF_FFFF_4FFFL);
    assertThat(keys.encodedBatchRecords()).containsExactly(7);
  }

  @Test
  void anHourWithoutKeysIsEmpty() {
    HourKeys keys = HourKeys.decode(new byte[0], new Integer[0]);
    assertThat(keys.records()).isZero();
    assertThat(keys.encodedKeys()).isEmpty();
    RawKey any = key(Kind.EVENT, "00000000-0000-4000-8000-000000000001");
    assertThat(keys.contains(any)).isFalse();
    assertThat(keys.recordsOf(any)).isZero();
    assertThat(keys.and(HourKeys.NONE).encodedKeys()).isEmpty();
  }

  @Test
  void objectsThatOthersLackAreCountedWithoutPacks() {
    String one = "00000000-0000-4000-8000-000000000001";
    String two = "ffffffff-ffff-4fff-8fff-ffffffffffff";
    HourKeys all =
        new HourKeys.Builder(4)
            .add(key(Kind.BATCH, one), 7)
            .add(key(Kind.EVENT, one), 1)
            .add(key(Kind.EVENT, two), 1)
            .add(key(Kind.PACK, one), 0)
            .build();
    HourKeys some = new HourKeys.Builder(1).add(key(Kind.EVENT, two), 1).build();
    assertThat(all.objectsNotIn(some)).isEqualTo(2);
    assertThat(some.objectsNotIn(all)).isZero();
    assertThat(all.objectsNotIn(all)).isZero();
    assertThat(all.objectsNotIn(HourKeys.NONE)).isEqualTo(3);
    assertThat(HourKeys.NONE.objectsNotIn(all)).isZero();
    assertThat(all.without(some).and(some).encodedKeys()).isEqualTo(all.encodedKeys());
    assertThat(all.without(some).encodedBatchRecords()).containsExactly(7, 0);
    assertThat(all.without(all).isEmpty()).isTrue();
  }

  @Test
  void anEventAndABatchOfOneUuidAreTwoKeys() {
    String id = "00000000-0000-4000-8000-000000000001";
    HourKeys batch = new HourKeys.Builder(1).add(key(Kind.BATCH, id), 0).build();
    assertThat(batch.contains(key(Kind.EVENT, id))).isFalse();
    assertThat(batch.contains(key(Kind.BATCH, id))).isTrue();
    assertThat(batch.recordsOf(key(Kind.BATCH, id))).isZero();
    HourKeys both = batch.and(new HourKeys.Builder(1).add(key(Kind.EVENT, id), 1).build());
    assertThat(both.records()).isEqualTo(1);
    assertThat(both.recordsOf(key(Kind.EVENT, id))).isEqualTo(1);
  }

  @Test
  void aPackHasNoRecordAndARejectedFileIsOneObjectWithOne() {
    HourKeys keys =
        new HourKeys.Builder(2)
            .add(key(Kind.BATCH, "00000000-0000-4000-8000-000000000001"), 7)
            .add(key(Kind.EVENT, "00000000-0000-4000-8000-000000000002"), 1)
            .build()
            .and(
                new HourKeys.Builder(2)
                    .add(key(Kind.PACK, "00000000-0000-4000-8000-000000000003"), 0)
                    .add(key(Kind.PACK, "00000000-0000-4000-8000-000000000004"), 1)
                    .build());
    assertThat(keys.encodedBatchRecords()).containsExactly(7, 0, 1);
    assertThat(keys.records()).isEqualTo(9);
    assertThat(keys.objects()).isEqualTo(3);
    assertThat(keys.recordsOf(key(Kind.PACK, "00000000-0000-4000-8000-000000000003"))).isZero();
    assertThat(keys.recordsOf(key(Kind.PACK, "00000000-0000-4000-8000-000000000004"))).isOne();
    assertThat(keys.contains(key(Kind.PACK, "00000000-0000-4000-8000-000000000002"))).isFalse();
  }

  @Test
  void keysAreAddedInAscendingOrder() {
    RawKey one = key(Kind.EVENT, "80000000-0000-4000-8000-000000000001");
    RawKey before = key(Kind.EVENT, "7fffffff-ffff-4fff-8fff-ffffffffffff");
    HourKeys.Builder keys = new HourKeys.Builder(2).add(one, 1);
    assertThatThrownBy(() -> keys.add(one, 1))
        .hasMessageContaining("must be greater than the last key");
    assertThatThrownBy(() -> keys.add(before, 1))
        .hasMessageContaining("must be greater than the last key");
  }

  @Property(tries = 200)
  void theUnionOfTwoPartsOfAnHourIsTheHour(@ForAll @Size(max = 60) Set<Long> seeds) {
    TreeMap<String, RawKey> keys = new TreeMap<>();
    Map<RawKey, Integer> records = new HashMap<>();
    Set<RawKey> inSecond = new HashSet<>();
    for (long seed : seeds) {
      Random random = new Random(seed);
      Kind kind = Kind.values()[random.nextInt(3)];
      // Few different halves, so that ids often differ in the other one only.
      UUID id = new UUID((random.nextLong() >> 61) << 61, random.nextLong());
      RawKey key = new RawKey(HOUR, kind, id);
      keys.put(key.fileName(), key);
      records.put(key, kind == Kind.EVENT ? 1 : random.nextInt(100));
      if (random.nextBoolean()) {
        inSecond.add(key);
      }
    }
    HourKeys.Builder all = new HourKeys.Builder(keys.size());
    HourKeys.Builder first = new HourKeys.Builder(keys.size());
    HourKeys.Builder second = new HourKeys.Builder(keys.size());
    for (RawKey key : keys.values()) {
      all.add(key, records.get(key));
      (inSecond.contains(key) ? second : first).add(key, records.get(key));
    }
    HourKeys firstPart = first.build();

    HourKeys united = firstPart.and(second.build());
    HourKeys stored = HourKeys.decode(united.encodedKeys(), united.encodedBatchRecords());

    assertThat(united.encodedKeys()).isEqualTo(all.build().encodedKeys());
    assertThat(stored.records())
        .isEqualTo(records.values().stream().mapToLong(Integer::longValue).sum());
    for (RawKey key : keys.values()) {
      assertThat(stored.contains(key)).isTrue();
      assertThat(stored.recordsOf(key)).isEqualTo(records.get(key));
      assertThat(firstPart.contains(key)).isNotEqualTo(inSecond.contains(key));
      assertThat(firstPart.recordsOf(key)).isEqualTo(inSecond.contains(key) ? 0 : records.get(key));
    }
  }
}
