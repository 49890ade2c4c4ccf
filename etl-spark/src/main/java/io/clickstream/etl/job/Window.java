package io.clickstream.etl.job;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which hours of key prefixes a run visits. */
public sealed interface Window {

  /** The mode's name in the ledger. */
  String mode();

  /**
   * Consecutive hours.
   *
   * @param from first hour
   * @param to end, exclusive
   */
  record Range(String mode, Instant from, Instant to) implements Window {

    public Range {
      if (!from.isBefore(to)) {
        throw new UsageException("--from must be before --to, which is exclusive");
      }
    }

    /** The hours, ascending. */
    public List<Instant> hours() {
      List<Instant> hours = new ArrayList<>();
      for (Instant hour = from; hour.isBefore(to); hour = hour.plus(Duration.ofHours(1))) {
        hours.add(hour);
      }
      return hours;
    }
  }

  /**
   * Whatever is new.
   *
   * @param lookBack how far back hours are listed
   * @param reconcile list every hour there is instead
   */
  record SinceLastRun(Duration lookBack, boolean reconcile) implements Window {
    @Override
    public String mode() {
      return "since-last-run";
    }
  }

  /** None: sessions and marts are computed anew from the stored events. */
  record Rebuild() implements Window {
    @Override
    public String mode() {
      return "rebuild";
    }
  }

  /** {@code 2026-11-22T13}. */
  Pattern HOUR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3])");

  /** One UTC hour. */
  static Range hour(String text) {
    Instant start = wholeHour(text);
    if (start == null) {
      throw new UsageException("--hour is a UTC hour such as 2026-11-22T13, not '" + text + "'");
    }
    return new Range("hour", start, start.plus(Duration.ofHours(1)));
  }

  /** One UTC day. */
  static Range date(String text) {
    Instant start = day(text);
    if (start == null) {
      throw new UsageException("--date is a UTC day such as 2026-11-22, not '" + text + "'");
    }
    return new Range("date", start, start.plus(Duration.ofDays(1)));
  }

  /** UTC days or hours; {@code to} is exclusive. */
  static Range range(String from, String to) {
    return new Range("range", dayOrHour("--from", from), dayOrHour("--to", to));
  }

  private static Instant dayOrHour(String option, String text) {
    Instant start = HOUR.matcher(text).matches() ? wholeHour(text) : day(text);
    if (start == null) {
      throw new UsageException(
          option
              + " is a UTC day such as 2026-11-22 or hour such as 2026-11-22T13, not '"
              + text
              + "'");
    }
    return start;
  }

  /** Null when the text is no hour. */
  private static Instant wholeHour(String text) {
    try {
      return HOUR.matcher(text).matches() ? Instant.parse(text + ":00:00Z") : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Null when the text is no day. */
  private static Instant day(String text) {
    try {
      return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
