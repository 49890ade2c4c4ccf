package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Fuzz target: a point in time as text, compared with {@code java.time}. */
public final class TimeTarget {

  private static final long EARLIEST = micros(Limits.EARLIEST);
  private static final long LATEST = micros(Limits.LATEST);

  /** The texts that both parsers must accept, if the date exists. */
  private static final Pattern COMMON =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)");

  private static final Pattern MILLIS = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");

  private TimeTarget() {}

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    OptionalLong micros = Timestamps.micros(text);
    micros.ifPresent(time -> assertThat(time).isBetween(EARLIEST, LATEST - 1));
    if (MILLIS.matcher(text).matches()) {
      assertThat(micros).isEqualTo(usable(Instant.ofEpochMilli(Long.parseLong(text))));
    }
    try {
      OptionalLong expected = usable(OffsetDateTime.parse(text).toInstant());
      if (micros.isPresent() || COMMON.matcher(text).matches()) {
        assertThat(micros).isEqualTo(expected);
      }
    } catch (DateTimeParseException e) {
      // Timestamps accepts more, such as second 60.
    }
  }

  private static OptionalLong usable(Instant time) {
    return time.isBefore(Limits.EARLIEST) || !time.isBefore(Limits.LATEST)
        ? OptionalLong.empty()
        : OptionalLong.of(micros(time));
  }
}
