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

  /** {@code 2026-11-22T13}. */
  Pattern HOUR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}");

  /** One UTC hour. */
  static Range hour(String text) {
    Instant start = parse("--hour", text, true);
    return new Range("hour", start, start.plus(Duration.ofHours(1)));
  }

  /** One UTC day. */
  static Range date(String text) {
    if (HOUR.matcher(text).matches()) {
      throw new UsageException("--date is a UTC day such as 2026-11-22, not '" + text + "'");
    }
    Instant start = parse("--date", text, false);
    return new Range("date", start, start.plus(Duration.ofDays(1)));
  }

  /** UTC days or hours; {@code to} is exclusive. */
  static Range range(String from, String to) {
    return new Range("range", parse("--from", from, false), parse("--to", to, false));
  }

  private static Instant parse(String option, String text, boolean hourOnly) {
    try {
      if (HOUR.matcher(text).matches()) {
        return Instant.parse(text + ":00:00Z");
      }
      if (!hourOnly) {
        return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
    } catch (DateTimeParseException e) {
      // The message below serves for this as well.
    }
    throw new UsageException(
        option
            + (hourOnly
                ? " is a UTC hour such as 2026-11-22T13, not '"
                : " is a UTC day such as 2026-11-22 or hour such as 2026-11-22T13, not '")
            + text
            + "'");
  }
}
