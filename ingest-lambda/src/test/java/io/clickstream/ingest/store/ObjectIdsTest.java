package io.clickstream.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObjectIdsTest {

  @Test
  void idsAreDistinctAndOfVersionFourBeforeAndAfterAReseed() {
    ObjectIds ids = new ObjectIds();
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      if (i == 1_000) {
        ids.reseed();
      }
      UUID id = ids.get();
      assertThat(id.version()).isEqualTo(4);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(seen.add(id)).isTrue();
    }
  }
}
