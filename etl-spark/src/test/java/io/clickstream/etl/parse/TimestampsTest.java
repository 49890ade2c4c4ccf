package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T13:05:07Z, 2026-11-22T13:05:07Z",
    "2026-11-22T13:05:07.1Z, 2026-11-22T13:05:07.1Z",
    "2026-11-22T13:05:07.123456Z, 2026-11-22T13:05:07.123456Z",
    "2026-11-22t13:05:07z, 2026-11-22T13:05:07Z",
    "2026-11-22T13:05Z, 2026-11-22T13:05:00Z",
    "2026-11-22T20:05:07+07:00, 2026-11-22T13:05:07Z",
    "2026-11-22T20:05:07+0700, 2026-11-22T13:05:07Z",
    "2026-11-22T20:05:07+07, 2026-11-22T13:05:07Z",
    "2026-11-22T03:35:07-09:30, 2026-11-22T13:05:07Z",
    "2026-11-23T07:05:07+18:00, 2026-11-22T13:05:07Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
  })
  void isoDateTimesWithAnOffsetAreRead(String text, String instant) {
    assertThat(Timestamps.micros(text)).hasValue(ParsedRecord.micros(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T13:05:07.1234569Z, 2026-11-22T13:05:07.123456Z",
    "2026-11-22T13:05:07.123456999999999Z, 2026-11-22T13:05:07.123456Z",
    "2026-11-22T13:05:07.9999999Z, 2026-11-22T13:05:07.999999Z",
    "'2026-11-22T13:05:07,5Z', 2026-11-22T13:05:07.5Z",
  })
  void digitsBelowAMicrosecondAreCutOff(String text, String instant) {
    assertThat(Timestamps.micros(text)).hasValue(ParsedRecord.micros(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "2026-11-22T13:05:60.25Z, 2026-11-22T13:06:00.25Z",
    "1999-12-31T23:59:60Z, 2000-01-01T00:00:00Z",
  })
  void second60IsTheNextSecond(String text, String instant) {
    assertThat(Timestamps.micros(text)).hasValue(ParsedRecord.micros(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "1795352707123, 2026-11-22T13:05:07.123Z",
    "1795352707123.0, 2026-11-22T13:05:07.123Z",
    "1.795352707123E12, 2026-11-22T13:05:07.123Z",
    "946684800000, 2000-01-01T00:00:00Z",
    "4133980799999, 2100-12-31T23:59:59.999Z",
  })
  void wholeNumbersAreEpochMilliseconds(String text, String instant) {
    assertThat(Timestamps.micros(text)).hasValue(ParsedRecord.micros(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "2000-01-01T00:00:00Z, 2000-01-01T00:00:00Z",
    "1999-12-31T23:59:59-01:00, 2000-01-01T00:59:59Z",
    "2100-01-01T00:00:00Z, 2100-01-01T00:00:00Z",
    "2100-12-31T23:59:59.999999999Z, 2100-12-31T23:59:59.999999Z",
  })
  void theYears2000To2100AreUsable(String text, String instant) {
    assertThat(Timestamps.micros(text)).hasValue(ParsedRecord.micros(instant));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1999-12-31T23:59:59.999999Z",
        "2000-01-01T00:00:00+00:01",
        "1970-01-01T00:00:00Z",
        "2101-01-01T00:00:00Z",
        "2100-12-31T23:59:60Z",
        "2100-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "946684799999",
        "4133980800000",
        "-1",
        "0",
        "1795352707",
        "999999999999999999",
        "99999999999999999999",
      })
  void otherYearsAreUnusable(String text) {
    assertThat(Timestamps.micros(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "12:30",
        "2026-11-22",
        "2026-11-22T13:05:07",
        "2026-11-22 13:05:07Z",
        "2026-11-22T13Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T13:60:00Z",
        "2026-11-22T13:05:61Z",
        "2026-02-29T13:05:07Z",
        "2026-13-01T13:05:07Z",
        "2026-00-01T13:05:07Z",
        "2026-11-22T13:05:07.Z",
        "2026-11-22T13:05:07+19:00",
        "2026-11-22T13:05:07+18:01",
        "2026-11-22T13:05:07+07:60",
        "2026-11-22T13:05:07Zulu",
        "2026-11-22T13:05:07Z ",
        "+2026-11-22T13:05:07Z",
        "2026-W47-7T13:05:07Z",
        "1795352707123.5",
        "1.7953527071235e12",
        "1.795352707123e31",
        "",
        "-",
        "٢٠٢٦-11-22T13:05:07Z",
        "Sun, 22 Nov 2026 13:05:07 GMT",
      })
  void otherTextIsNotATimestamp(String text) {
    assertThat(Timestamps.micros(text)).isEmpty();
  }
}
