package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedUuidTest {

  /** The example of RFC 9562, appendix A.6. */
  @Test
  void theExampleOfTheRfcIsMade() {
    Instant at = Instant.parse("2022-02-22T19:22:22Z");
    assertThat(TimeOrderedUuid.of(at, 0xCC3, 0x18C4DC0C0C07398FL))
        .isEqualTo(UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  }

  @Test
  void otherBitsChangeNeitherTimeNorVersionNorVariant() {
    UUID id = TimeOrderedUuid.of(0x017F22E279B0L, -1, -1);
    assertThat(id).hasToString("017f22e2-79b0-7fff-bfff-ffffffffffff");
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
  }
}
