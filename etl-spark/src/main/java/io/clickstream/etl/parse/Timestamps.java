package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Parses points in time into microseconds since 1970-01-01T00:00:00Z. */
final class Timestamps {

  private static final long EARLIEST = TimeUnit.SECONDS.toMicros(Limits.EARLIEST.getEpochSecond());
  private static final long LATEST = TimeUnit.SECONDS.toMicros(Limits.LATEST.getEpochSecond());
  private static final int MAX_OFFSET_HOURS = 18;
  private static final int NO_OFFSET = Integer.MAX_VALUE;

  private Timestamps() {}

  /**
   * Parses an ISO-8601 date-time with offset, or whole epoch milliseconds, which may be written as
   * a decimal number: {@code 1.7953527071E12}.
   *
   * <p>The result is truncated to microseconds. Second 60 is the first second of the next minute.
   *
   * @return empty if the text has neither form, or the time is outside of {@link Limits#EARLIEST}
   *     to {@link Limits#LATEST}
   */
  static OptionalLong micros(String text) {
    OptionalLong micros = isoMicros(text);
    if (micros.isEmpty()) {
      Long millis = Decimals.whole(text);
      // Saturates, and so stays out of the usable times.
      micros = millis == null ? micros : OptionalLong.of(TimeUnit.MILLISECONDS.toMicros(millis));
    }
    return micros.isPresent() && micros.getAsLong() >= EARLIEST && micros.getAsLong() < LATEST
        ? micros
        : OptionalLong.empty();
  }

  /** Parses {@code YYYY-MM-DDThh:mm[:ss[.f…]]} and {@code Z} or {@code ±hh[[:]mm]}. */
  private static OptionalLong isoMicros(String text) {
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int dayOfMonth = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    if ((year | month | dayOfMonth | hour | minute) < 0
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || !isOneOf(text, 10, 'T', 't')
        || text.charAt(13) != ':') {
      return OptionalLong.empty();
    }
    int at = 16;
    int second = 0;
    long fraction = 0;
    if (isOneOf(text, at, ':', ':')) {
      second = digits(text, at + 1, 2);
      if (second < 0) {
        return OptionalLong.empty();
      }
      at += 3;
      if (isOneOf(text, at, '.', ',')) {
        int end = endOfDigits(text, at + 1);
        if (end == at + 1) {
          return OptionalLong.empty();
        }
        fraction = fractionMicros(text, at + 1, end);
        at = end;
      }
    }
    int offset = offsetSeconds(text, at);
    if (offset == NO_OFFSET || hour > 23 || minute > 59 || second > 60) {
      return OptionalLong.empty();
    }
    long day;
    try {
      day = LocalDate.of(year, month, dayOfMonth).toEpochDay();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
    long seconds = day * 86_400L + hour * 3_600L + minute * 60L + second - offset;
    return OptionalLong.of(TimeUnit.SECONDS.toMicros(seconds) + fraction);
  }

  /** Returns the offset that is the whole rest of a text, or {@link #NO_OFFSET}. */
  private static int offsetSeconds(String text, int from) {
    int length = text.length() - from;
    if (isOneOf(text, from, 'Z', 'z')) {
      return length == 1 ? 0 : NO_OFFSET;
    }
    if (!isOneOf(text, from, '+', '-')) {
      return NO_OFFSET;
    }
    int hours = digits(text, from + 1, 2);
    int minutes = 0;
    if (length != 3) {
      int at = isOneOf(text, from + 3, ':', ':') ? from + 4 : from + 3;
      minutes = text.length() == at + 2 ? digits(text, at, 2) : -1;
    }
    if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > MAX_OFFSET_HOURS * 60) {
      return NO_OFFSET;
    }
    int seconds = (hours * 60 + minutes) * 60;
    return text.charAt(from) == '-' ? -seconds : seconds;
  }

  private static boolean isOneOf(String text, int at, char one, char other) {
    return at < text.length() && (text.charAt(at) == one || text.charAt(at) == other);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Returns the number that {@code count} digits form, or -1 if they are not all digits. */
  private static int digits(String text, int from, int count) {
    if (text.length() < from + count) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }

  private static long fractionMicros(String text, int from, int end) {
    long micros = 0;
    for (int i = from; i < from + 6; i++) {
      micros = micros * 10 + (i < end ? text.charAt(i) - '0' : 0);
    }
    return micros;
  }
}
