package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorMessageTest {

  @Test
  void onlyTheFirstLineOfAMessageIsShown() {
    assertThat(ErrorMessage.of(new IllegalStateException(" Cannot load.\n  Hint: none")))
        .isEqualTo("Cannot load.");
  }

  @Test
  void anEmptyFirstLineIsNotShown() {
    assertThat(ErrorMessage.of(new IllegalStateException("\nCannot load.")))
        .isEqualTo("Cannot load.");
    assertThat(ErrorMessage.of(new IllegalStateException("\n"))).isEmpty();
  }

  @Test
  void anErrorWithoutAMessageIsShownByItsName() {
    assertThat(ErrorMessage.of(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void theInnermostMessageNamesTheReason() {
    Exception reason = new IllegalArgumentException("\nvalue out of range\n  Where: line 1");
    Exception unnamed = new IllegalStateException(" ", reason);
    assertThat(ErrorMessage.ofInnermost(new IllegalStateException("task failed", unnamed)))
        .isEqualTo("value out of range");
    assertThat(ErrorMessage.ofInnermost(new IllegalStateException("x", new RuntimeException(""))))
        .isEqualTo("x");
    assertThat(ErrorMessage.ofInnermost(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }
}
