package io.clickstream.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GeneratedObjectsTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");

  @Property(tries = 100)
  void keysAreInOrderAndHaveAnObject(@ForAll @IntRange(min = 1, max = 5_000) int count) {
    GeneratedObjects objects = new GeneratedObjects(HOUR, 2, count, 1, 0);
    String before = "";
    for (int i = 0; i < count; i++) {
      RawKey key = objects.key(HOUR, i);
      assertThat(key.relative()).isGreaterThan(before);
      assertThat(objects.has(key)).isTrue();
      before = key.relative();
    }
  }

  @Test
  void otherKeysHaveNoObject() {
    GeneratedObjects objects = new GeneratedObjects(HOUR, 1, 10_000_000, 1, 0);
    RawKey key = objects.key(HOUR, 9_999_999);
    assertThat(objects.has(key)).isTrue();
    assertThat(objects.has(new RawKey(HOUR, RawKey.Kind.BATCH, key.id()))).isFalse();
    assertThat(objects.has(new RawKey(HOUR, RawKey.Kind.EVENT, new UUID(0x4000L, 0)))).isFalse();
    RawKey later = new RawKey(HOUR.plus(Duration.ofHours(1)), RawKey.Kind.EVENT, key.id());
    assertThat(objects.has(later)).isFalse();
    assertThatThrownBy(() -> objects.body(later)).hasMessageContaining(later.relative());
    assertThat(new GeneratedObjects(HOUR, 1, 0, 1, 0).has(key)).isFalse();
    assertThat(new GeneratedObjects(HOUR, 1, 0, 1, 0).prefixes()).isEmpty();
  }

  @Test
  void everyObjectHasTheListedSize() {
    GeneratedObjects events = new GeneratedObjects(HOUR, 1, 3_000, 1, 0.1);
    for (int i = 0; i < events.objects(); i++) {
      RawKey key = events.key(HOUR, i);
      assertThat(events.body(key)).hasSize((int) events.size()).isEqualTo(events.body(key));
    }
    GeneratedObjects batches = new GeneratedObjects(HOUR, 1, 3, 100, 0);
    assertThat(batches.body(batches.key(HOUR, 1))).hasSize((int) batches.size());
  }

  @Test
  void aBotSendsItsShareOfTheRecords() {
    GeneratedObjects batches = new GeneratedObjects(HOUR, 1, 2, 2_000, 0.5);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      lines.addAll(
          new String(batches.body(batches.key(HOUR, i)), StandardCharsets.UTF_8).lines().toList());
    }
    assertThat(lines).hasSize(4_000);
    String bot = "\"clientId\":\"" + GeneratedObjects.BOT + '"';
    assertThat(lines.stream().filter(line -> line.contains(bot)).count()).isBetween(1_800L, 2_200L);
    Set<String> ids = new HashSet<>();
    lines.forEach(
        line -> ids.add(line.replaceAll(".*\"(eventId|event_id)\":\"([^\"]+)\".*", "$2")));
    assertThat(ids).hasSize(4_000);
  }
}
