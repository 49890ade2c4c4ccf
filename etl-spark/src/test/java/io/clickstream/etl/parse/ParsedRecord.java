package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.clickstream.etl.schema.Columns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A record and its event row. Single quotes in payloads stand for double quotes. */
final class ParsedRecord {

  static final String KEY = "2026/11/22/13/event-0b8f1a52-6f3e-4c1d-9a57-1c2d3e4f5a6b.json";
  static final String RECEIVED_AT = "2026-11-22T13:05:07.123456Z";
  static final long LAST_MODIFIED = micros("2026-11-22T13:05:08.987Z");

  private static final ParseRules VND = new ParseRules(0);

  private final Object[] row;

  private ParsedRecord(Object[] row) {
    this.row = row;
  }

  /** Parses a payload. */
  static ParsedRecord of(String payload) {
    return of(payload, VND);
  }

  static ParsedRecord of(String payload, ParseRules rules) {
    byte[] body = bytes(payload);
    try {
      return new ParsedRecord(new EventParser(rules).parse(KEY, LAST_MODIFIED, body, body.length));
    } catch (RejectedRecordException e) {
      throw new AssertionError("rejected as " + e.reason() + ": " + e.getMessage(), e);
    }
  }

  /** Parses a payload that was received at {@link #RECEIVED_AT} and has these fields. */
  static ParsedRecord with(String fields) {
    return of("{'_ingest':{'receivedAt':'" + RECEIVED_AT + "'}," + fields + "}");
  }

  /** Returns the rejection of bytes that are not an event. */
  static RejectedRecordException rejection(byte[] body) {
    return catchThrowableOfType(
        RejectedRecordException.class,
        () -> new EventParser(VND).parse(KEY, LAST_MODIFIED, body, body.length));
  }

  static byte[] bytes(String payload) {
    return payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  Object get(String column) {
    return row[Columns.STAGED_EVENT.indexOf(column)];
  }

  /** Returns the JSON of a column, with single quotes. */
  String json(String column) {
    String json = (String) get(column);
    return json == null ? null : json.replace('"', '\'');
  }

  Object[] row() {
    return row;
  }

  String coerced() {
    return (String) get("coerced_fields");
  }
}
