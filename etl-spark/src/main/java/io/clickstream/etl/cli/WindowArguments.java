package io.clickstream.etl.cli;

import io.clickstream.etl.job.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Converts {@code --hour}, {@code --date}, {@code --from} and {@code --to} to a window. */
final class WindowArguments {

  private static final Pattern HOUR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3])");

  private WindowArguments() {}

  /** Returns the window of one UTC hour. */
  static Window.Range hour(String text) {
    Instant start =
        parseHour(text)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--hour is '" + text + "'", "Give a UTC hour such as 2026-11-22T13"));
    return new Window.Range("hour", start, start.plus(Duration.ofHours(1)));
  }

  /** Returns the window of one UTC day. */
  static Window.Range date(String text) {
    Instant start =
        parseDay(text)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--date is '" + text + "'", "Give a UTC day such as 2026-11-22"));
    return new Window.Range("date", start, start.plus(Duration.ofDays(1)));
  }

  /** Returns the window between two UTC days or hours; {@code to} is exclusive. */
  static Window.Range range(String from, String to) {
    Instant start = dayOrHour("--from", from);
    Instant end = dayOrHour("--to", to);
    if (!start.isBefore(end)) {
      throw new UsageException(
          "--to is '" + to + "', which is not after --from '" + from + "'",
          "Give a later --to, which is exclusive");
    }
    return new Window.Range("range", start, end);
  }

  private static Instant dayOrHour(String option, String text) {
    return parseHour(text)
        .or(() -> parseDay(text))
        .orElseThrow(
            () ->
                new UsageException(
                    option + " is '" + text + "'",
                    "Give a UTC day such as 2026-11-22 or hour such as 2026-11-22T13"));
  }

  private static Optional<Instant> parseHour(String text) {
    try {
      return HOUR.matcher(text).matches()
          ? Optional.of(Instant.parse(text + ":00:00Z"))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> parseDay(String text) {
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
