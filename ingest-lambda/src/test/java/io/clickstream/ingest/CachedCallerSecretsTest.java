package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CachedCallerSecretsTest {

  private static final Instant NOW = FunctionUnderTest.NOW;

  private Map<String, String> stored = Map.of("SHARED_KEYS", "old");
  private int reads;

  private final CachedCallerSecrets secrets =
      new CachedCallerSecrets(
          () -> {
            reads++;
            if (stored == null) {
              throw new IOException("Cannot read.");
            }
            return stored;
          },
          true);

  @Test
  void aChangeCountsAfterFiveMinutes() throws IOException {
    assertThat(secrets.at(NOW).keys()).containsExactly("old");
    stored = Map.of("SHARED_KEYS", "old, new", "HMAC_SECRETS", "s");
    Duration age = CachedCallerSecrets.MAX_AGE;
    assertThat(secrets.at(NOW.plus(age).minusNanos(1)).keys()).containsExactly("old");
    assertThat(secrets.at(NOW.plus(age)).keys()).containsExactly("old", "new");
    assertThat(secrets.at(NOW.plus(age)).secrets()).containsExactly("s");
    assertThat(secrets.at(NOW.plus(age)).unsignedAllowed()).isTrue();
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void anOutageKeepsTheKnownSecrets() throws IOException {
    assertThat(secrets.at(NOW).keys()).containsExactly("old");
    stored = null;
    Instant later = NOW.plus(CachedCallerSecrets.MAX_AGE);
    assertThat(secrets.at(later).keys()).containsExactly("old");
    assertThat(secrets.at(later.plusSeconds(1)).keys()).containsExactly("old");
    assertThat(reads).isEqualTo(2);
    secrets.at(later.plus(CachedCallerSecrets.RETRY_AFTER));
    assertThat(reads).isEqualTo(3);
  }

  @Test
  void withoutSecretsNobodyIsAdmitted() {
    stored = null;
    assertThatThrownBy(() -> secrets.at(NOW)).isInstanceOf(IOException.class);
    stored = Map.of("SHARED_KEYS", " , ", "other", "x");
    assertThatThrownBy(() -> secrets.at(NOW)).hasMessageContaining("no key and no secret");
  }
}
