package io.clickstream.etl.source;

import static io.clickstream.etl.source.StoreCircuitBreaker.FAILURES_IN_A_ROW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StoreCircuitBreakerTest {

  private final StoreCircuitBreaker breaker = new StoreCircuitBreaker();

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(breaker.allowsRead()).isTrue();
      breaker.recordFailure(new IOException("503"));
    }
  }

  private void answer() {
    assertThat(breaker.allowsRead()).isTrue();
    breaker.recordResponse();
  }

  @Test
  void itOpensAfterSoManyFailuresInARow() {
    fail(FAILURES_IN_A_ROW - 1);
    assertThat(breaker.allowsRead()).isTrue();
    breaker.recordFailure(new IOException("503"));
    assertThat(breaker.allowsRead()).isFalse();
  }

  @Test
  void anAnswerStartsTheCountAgain() {
    fail(FAILURES_IN_A_ROW - 1);
    answer();
    fail(FAILURES_IN_A_ROW - 1);
    answer();
    fail(FAILURES_IN_A_ROW);
    assertThat(breaker.allowsRead()).isFalse();
  }

  @Test
  void anAnswerOfARequestInFlightDoesNotCloseItAgain() {
    assertThat(breaker.allowsRead()).isTrue();
    fail(FAILURES_IN_A_ROW);
    breaker.recordResponse();
    assertThat(breaker.allowsRead()).isFalse();
  }
}
