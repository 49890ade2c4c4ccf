package io.clickstream.simulator;

import java.time.LocalDate;

/** Appends JSON as {@code JSON.stringify} does: without blanks, and without escaping non-ASCII. */
final class JsonText {

  private static final String HEX = "0123456789abcdef";
  private static final long DAY_MS = 86_400_000;

  private final StringBuilder out;
  private boolean needsComma;

  JsonText(StringBuilder out) {
    this.out = out;
  }

  JsonText open(char bracket) {
    out.append(bracket);
    needsComma = false;
    return this;
  }

  JsonText close(char bracket) {
    out.append(bracket);
    needsComma = true;
    return this;
  }

  /** Begins an element of an array, or a member after {@link #name}. */
  JsonText next() {
    if (needsComma) {
      out.append(',');
    }
    needsComma = true;
    return this;
  }

  JsonText name(String name) {
    next();
    out.append('"').append(name).append("\":");
    return this;
  }

  /** Appends a text member; null becomes {@code null}. */
  JsonText text(String name, String value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      quoted(value);
    }
    return this;
  }

  JsonText number(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  JsonText bool(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  /** Appends a time member in UTC with three decimals. */
  JsonText time(String name, long epochMillis) {
    name(name);
    out.append('"');
    appendTime(epochMillis);
    out.append("Z\"");
    return this;
  }

  /** Appends a time member in UTC with six decimals, as the server does. */
  JsonText timeInMicros(String name, long epochMillis) {
    name(name);
    out.append('"');
    appendTime(epochMillis);
    out.append("000Z\"");
    return this;
  }

  /** Appends members that are JSON text, or nothing for null. */
  JsonText members(String json) {
    if (json != null) {
      next();
      out.append(json);
    }
    return this;
  }

  void quoted(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private void appendTime(long epochMillis) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMillis, DAY_MS));
    int ofDay = (int) Math.floorMod(epochMillis, DAY_MS);
    out.append(date.getYear());
    out.append('-');
    two(date.getMonthValue());
    out.append('-');
    two(date.getDayOfMonth());
    out.append('T');
    two(ofDay / 3_600_000);
    out.append(':');
    two(ofDay / 60_000 % 60);
    out.append(':');
    two(ofDay / 1_000 % 60);
    out.append('.');
    int millis = ofDay % 1_000;
    out.append((char) ('0' + millis / 100));
    two(millis % 100);
  }

  private void two(int value) {
    out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
