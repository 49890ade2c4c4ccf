package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import io.clickstream.event.RawKey.Kind;
import io.clickstream.testing.RawFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ListedObjectsTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");

  private static ListedObject event(long number) {
    return new ListedObject(new RawKey(HOUR, Kind.EVENT, new UUID(0x4000L, number)), 700, number);
  }

  private static ListedObjects events(int count) {
    ListedObjects.Builder builder = new ListedObjects.Builder(HOUR);
    for (int i = 0; i < count; i++) {
      builder.add(event(i));
    }
    return builder.build();
  }

  /** Generates objects in any order. */
  private static List<ListedObject> random(int count, long seed) {
    Random random = new Random(seed);
    List<ListedObject> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = random.nextInt(4) == 0 ? Kind.BATCH : Kind.EVENT;
      // Few different halves, so that many ids differ in one half only.
      UUID id = new UUID((random.nextLong() >> 61) << 61, random.nextLong());
      objects.add(
          new ListedObject(new RawKey(HOUR, kind, id), random.nextLong() >>> 4, random.nextLong()));
    }
    return objects;
  }

  private static ListedObjects packed(List<ListedObject> objects) {
    ListedObjects.Builder builder = new ListedObjects.Builder(HOUR);
    objects.forEach(builder::add);
    return builder.build();
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @Property(tries = 100)
  void objectsAddedInAnyOrderAreListedByName(
      @ForAll @IntRange(max = 3_000) int count, @ForAll long seed) {
    List<ListedObject> objects = random(count, seed);
    List<ListedObject> byName = new ArrayList<>(objects);
    byName.sort(Comparator.comparing(object -> object.key().fileName()));
    assertThat(packed(objects)).isEqualTo(byName);
    assertThat(packed(byName)).isEqualTo(byName);
    Collections.reverse(byName);
    assertThat(packed(byName)).isEqualTo(packed(objects));
  }

  @Property(tries = 50)
  void aSerializedPartIsEqual(
      @ForAll @IntRange(max = 5_000) int count,
      @ForAll @IntRange(max = 5_000) int one,
      @ForAll @IntRange(max = 5_000) int other,
      @ForAll long seed)
      throws Exception {
    ListedObjects objects = packed(random(count, seed));
    int from = Math.min(count, Math.min(one, other));
    int to = Math.min(count, Math.max(one, other));
    ListedObjects part = objects.subList(from, to);
    assertThat(part).isEqualTo(new ArrayList<>(objects).subList(from, to));
    assertThat(read(written(part))).isEqualTo(part);
    assertThat(part.subList(0, part.size() / 2))
        .isEqualTo(objects.subList(from, from + part.size() / 2));
  }

  @Test
  void anObjectTakesThirtyTwoBytesAlsoInASerializedPart() throws IOException {
    ListedObjects objects = events(100_000);
    assertThat(written(objects).length).isBetween(3_200_000, 3_210_000);
    assertThat(written(objects.subList(50_000, 50_010)).length).isLessThan(1_000);
    assertThat(written(objects.subList(0, 10)).length).isLessThan(1_000);
  }

  @Test
  void aFilterKeepsTheMatchingObjects() {
    ListedObjects objects = events(5_000);
    assertThat(objects.filter(key -> true)).isSameAs(objects);
    assertThat(objects.filter(key -> false)).isEmpty();
    assertThat(objects.filter(key -> key.id().getLeastSignificantBits() % 3 == 0))
        .containsExactlyElementsOf(
            objects.stream().filter(object -> object.lastModifiedMillis() % 3 == 0).toList());
    assertThat(objects.subList(10, 20).filter(key -> key.id().getLeastSignificantBits() != 12))
        .hasSize(9)
        .doesNotContain(event(12));
  }

  @Test
  void theEstimateOfRecordsIsASum() {
    assertThat(events(3_000).estimatedRecords()).isEqualTo(3_000);
    assertThat(
            packed(
                    List.of(
                        new ListedObject(RawFolder.key("2026-11-22T13", Kind.BATCH, 1), 1_400, 0)))
                .estimatedRecords())
        .isEqualTo(3);
    assertThat(events(0).estimatedRecords()).isZero();
  }

  @Test
  void anObjectOfAnotherHourIsRefused() {
    ListedObject later = new ListedObject(RawFolder.key("2026-11-22T14", Kind.EVENT, 1), 1, 1);
    assertThatThrownBy(() -> new ListedObjects.Builder(HOUR).add(later))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not of the hour 2026-11-22T13:00:00Z");
  }

  @Test
  void anIndexOutsideTheListIsRefused() {
    assertThatThrownBy(() -> events(3).get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> events(9).subList(2, 5).get(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> events(3).subList(1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
