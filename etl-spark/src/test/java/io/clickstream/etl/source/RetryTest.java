package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.source.Retry.Patience;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {

  private final Retry retry =
      new Retry(new Patience(3, Duration.ofMillis(1)), new Patience(5, Duration.ofMillis(2)));
  private int tries;

  private int tried(IOException fault) {
    assertThatThrownBy(
            () ->
                retry.call(
                    () -> {
                      tries++;
                      throw fault;
                    }))
        .isSameAs(fault);
    return tries;
  }

  @Test
  void whatMayPassIsTriedAFewTimes() {
    assertThat(tried(new SocketException("reset"))).isEqualTo(3);
  }

  @Test
  void throttlingHasAPatienceOfItsOwn() {
    assertThat(tried(new ThrottledException("503 SlowDown"))).isEqualTo(5);
  }

  @Test
  void whatWillNotChangeIsTriedOnce() {
    assertThat(tried(new FileNotFoundException())).isEqualTo(1);
    assertThat(tried(new AccessDeniedException("it"))).isEqualTo(2);
    assertThat(tried(new RefusedException("400"))).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theFirstResultCounts(int failures) throws IOException {
    assertThat(
            retry.<String>call(
                () -> {
                  if (tries++ < failures) {
                    throw new IOException("500");
                  }
                  return "done";
                }))
        .isEqualTo("done");
    assertThat(tries).isEqualTo(failures + 1);
  }
}
