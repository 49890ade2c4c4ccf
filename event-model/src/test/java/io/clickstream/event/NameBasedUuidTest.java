package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class NameBasedUuidTest {

  @Test
  void theResultIsThatOfTheExampleInRfc9562() {
    UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(NameBasedUuid.of(dns, "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }

  @Test
  void namespacesNeverChange() {
    // Values from an independent implementation (Python's uuid.uuid5).
    assertThat(NameBasedUuid.EVENT_ID).hasToString("796937ae-52bb-5c8b-8e13-bf5ac305bc68");
    assertThat(NameBasedUuid.OBJECT_KEY).hasToString("0fcc8329-a8b6-5958-bf7b-656684d2cd19");
    assertThat(NameBasedUuid.SESSION).hasToString("a98dd744-a02e-5a4a-a39f-23c336a01bd2");
    assertThat(NameBasedUuid.of(NameBasedUuid.EVENT_ID, "đơn-hàng 🛒"))
        .hasToString("6ab40a38-c4e0-5e4c-9681-a40f2ff20ab2");
  }
}
