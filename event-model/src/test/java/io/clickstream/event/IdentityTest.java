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
        "(not set)",
        "00",
        "+0",
        "-0",
        "0.0",
        "-0.0",
        "0.",
        ".00",
        "0e0",
        "0E-7",
        "0.00e+12",
        "0x0",
        "0X00",
        "00000000000000000000000000000000",
        "-1.0",
        "-01",
        "-1e0",
        "Infinity",
        "-infinity",
        "+Inf",
        "-NaN"
      })
  void aPlaceholderIsAbsent(String text) {
    assertThat(Identity.isAbsent(CleanText.of(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "+1",
        "-2",
        "-10",
        "0.1",
        "0.0.0",
        "00a",
        "0x1",
        "0x",
        "0e",
        "1e0",
        "-1e1",
        "-1.5",
        ".",
        "-",
        "infinite",
        "info",
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
  void aZeroIsAbsentHoweverLongItIs() {
    assertThat(Identity.isAbsent("0." + "0".repeat(500_000))).isTrue();
    assertThat(Identity.isAbsent("0." + "0".repeat(500_000) + "1")).isFalse();
  }

  @Test
  void loneSurrogatesAreReplaced() {
    assertThat(CleanText.of(" a\uD83Db\uDC00 💻 ")).isEqualTo("a\uFFFDb\uFFFD 💻");
  }
}
