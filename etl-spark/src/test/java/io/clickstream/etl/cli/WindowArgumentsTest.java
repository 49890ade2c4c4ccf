package io.clickstream.etl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.Window;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowArgumentsTest {

  private static Window.Range range(String mode, String from, String to) {
    return new Window.Range(mode, Instant.parse(from), Instant.parse(to));
  }

  @Test
  void anHourIsOneUtcHour() {
    Window.Range hour = WindowArguments.hour("2026-11-22T23");
    assertThat(hour).isEqualTo(range("hour", "2026-11-22T23:00:00Z", "2026-11-23T00:00:00Z"));
    assertThat(hour.hours()).containsExactly(Instant.parse("2026-11-22T23:00:00Z"));
  }

  @Test
  void aDateIsTwentyFourUtcHours() {
    Window.Range date = WindowArguments.date("2024-02-29");
    assertThat(date).isEqualTo(range("date", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"));
    assertThat(date.hours())
        .hasSize(24)
        .startsWith(Instant.parse("2024-02-29T00:00:00Z"))
        .endsWith(Instant.parse("2024-02-29T23:00:00Z"))
        .isSorted();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22, 2026-11-24, 48",
    "2026-11-22T13, 2026-11-22T14, 1",
    "2026-11-22T13, 2026-11-23, 11",
    "2026-12-31, 2027-01-01T01, 25",
  })
  void theEndOfARangeIsExclusive(String from, String to, int hours) {
    Window.Range range = WindowArguments.range(from, to);
    assertThat(range.mode()).isEqualTo("range");
    assertThat(range.hours()).hasSize(hours);
    assertThat(range.hours()).doesNotContain(range.to());
  }

  @ParameterizedTest
  @CsvSource({"2026-11-22, 2026-11-22", "2026-11-23, 2026-11-22", "2026-11-22T13, 2026-11-22"})
  void aRangeIsNotEmpty(String from, String to) {
    assertThatThrownBy(() -> WindowArguments.range(from, to))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read the arguments: --to is '%s', which is not after --from '%s'."
                    .formatted(to, from)
                + " Give a later --to, which is exclusive.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22",
        "2026-11-22T24",
        "2026-11-22T7",
        "2026-11-22T13:00",
        "2026-02-30T13",
        "2026-11-22 13",
        "now"
      })
  void textThatIsNotAnHourIsRefused(String text) {
    assertThatThrownBy(() -> WindowArguments.hour(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read the arguments: --hour is '%s'. Give a UTC hour such as 2026-11-22T13.",
            text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-22T13", "2026-11-22T24"})
  void anHourIsNotADate(String text) {
    assertThatThrownBy(() -> WindowArguments.date(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read the arguments: --date is '%s'. Give a UTC day such as 2026-11-22.", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-02-30", "22.11.2026", "2026-11", "yesterday"})
  void textThatIsNotADateIsRefused(String text) {
    assertThatThrownBy(() -> WindowArguments.date(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read the arguments: --date is '%s'. Give a UTC day such as 2026-11-22.", text);
  }

  @Test
  void theWrongEndOfARangeIsNamed() {
    String remedy = " Give a UTC day such as 2026-11-22 or hour such as 2026-11-22T13.";
    assertThatThrownBy(() -> WindowArguments.range("x", "2026-11-22"))
        .hasMessage("Cannot read the arguments: --from is 'x'." + remedy);
    assertThatThrownBy(() -> WindowArguments.range("2026-11-22", "2026-11-22T24"))
        .hasMessage("Cannot read the arguments: --to is '2026-11-22T24'." + remedy);
  }
}
