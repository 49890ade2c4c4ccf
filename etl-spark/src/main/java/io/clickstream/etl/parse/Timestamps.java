package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads points in time, as microseconds since 1970-01-01T00:00:00Z. */
final class Timestamps {

  private static final Pattern ISO_8601 =
      Pattern.compile(
          "(\\d{4})-(\\d{2})-(\\d{2})[Tt](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?"
              + "(?:[Zz]|([+-])(\\d{2})(?::?(\\d{2}))?)");

  private static final Pattern EPOCH_MILLIS = Pattern.compile("-?\\d{1,18}");

  private static final long EARLIEST = TimeUnit.SECONDS.toMicros(Limits.EARLIEST.getEpochSecond());
  private static final long LATEST = TimeUnit.SECONDS.toMicros(Limits.LATEST.getEpochSecond());
  private static final int MAX_OFFSET_HOURS = 18;

  private Timestamps() {}

  /**
   * ISO-8601 date-time with offset, or integer epoch milliseconds. Truncated to microseconds;
   * second 60 is the next minute's first.
   *
   * @return empty when it is neither, or outside of {@link Limits#EARLIEST} to {@link
   *     Limits#LATEST}
   */
  static OptionalLong micros(String text) {
    OptionalLong micros =
        EPOCH_MILLIS.matcher(text).matches()
            ? OptionalLong.of(TimeUnit.MILLISECONDS.toMicros(Long.parseLong(text)))
            : isoMicros(text);
    return micros.isPresent() && micros.getAsLong() >= EARLIEST && micros.getAsLong() < LATEST
        ? micros
        : OptionalLong.empty();
  }

  private static OptionalLong isoMicros(String text) {
    Matcher iso = ISO_8601.matcher(text);
    if (!iso.matches()) {
      return OptionalLong.empty();
    }
    int hour = number(iso, 4);
    int minute = number(iso, 5);
    int second = number(iso, 6);
    int offsetHours = number(iso, 9);
    int offsetMinutes = number(iso, 10);
    if (hour > 23
        || minute > 59
        || second > 60
        || offsetMinutes > 59
        || offsetHours * 60 + offsetMinutes > MAX_OFFSET_HOURS * 60) {
      return OptionalLong.empty();
    }
    long day;
    try {
      day = LocalDate.of(number(iso, 1), number(iso, 2), number(iso, 3)).toEpochDay();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
    long offset = (offsetHours * 60L + offsetMinutes) * 60L;
    if ("-".equals(iso.group(8))) {
      offset = -offset;
    }
    long seconds =
        LocalDate.ofEpochDay(day).atStartOfDay().toEpochSecond(ZoneOffset.UTC)
            + hour * 3_600L
            + minute * 60L
            + second
            - offset;
    return OptionalLong.of(TimeUnit.SECONDS.toMicros(seconds) + fractionMicros(iso.group(7)));
  }

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static long fractionMicros(String fraction) {
    long micros = 0;
    for (int i = 0; i < 6; i++) {
      int digit = fraction != null && i < fraction.length() ? fraction.charAt(i) - '0' : 0;
      micros = micros * 10 + digit;
    }
    return micros;
  }
}
