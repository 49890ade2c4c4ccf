package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \t\u00a0\u2003\u0000",
        "undefined",
        "null",
        " null\n",
        "nu\u0000ll",
        "[object Object]",
        "[OBJECT object]",
        "00000000-0000-0000-0000-000000000000",
        "NULL",
        "Undefined",
        "none",
        "NaN",
        "nil",
        "0",
        "-1",
        "false",
        "TRUE",
        "Anonymous",
        "guest",
        "unknown",
        "N/A",
        "(not set)"
      })
  void aPlaceholderIsAbsent(String text) {
    assertThat(Identity.isAbsent(CleanText.of(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "1",
        "-2",
        "nullable",
        "nancy",
        "guest1",
        "no",
        "x",
        "00000000-0000-0000-0000-000000000001"
      })
  void anyOtherTextIsAnIdentity(String text) {
    assertThat(Identity.isAbsent(CleanText.of(text))).isFalse();
  }

  @Test
  void loneSurrogatesAreReplaced() {
    assertThat(CleanText.of(" a\uD83Db\uDC00 💻 ")).isEqualTo("a\uFFFDb\uFFFD 💻");
  }
}
