package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** A row of {@code SESSION_INPUT}; by default a click of the browser {@code a}. */
final class SessionEvent {

  private final Object[] values = new Object[Columns.SESSION_INPUT.all().size()];

  private SessionEvent(long micros) {
    with("visitor_id", "c:a");
    with("occurred_at", micros);
    with("event_id", uuid(micros & 0xFFFF_FFFFL));
    named("click");
    with("is_bot", false);
  }

  static SessionEvent at(String instant) {
    return new SessionEvent(micros(instant));
  }

  static SessionEvent at(long micros) {
    return new SessionEvent(micros);
  }

  SessionEvent id(String eventId) {
    return with("event_id", eventId);
  }

  SessionEvent id(int number) {
    return with("event_id", uuid(number));
  }

  SessionEvent visitor(String visitorId) {
    return with("visitor_id", visitorId);
  }

  SessionEvent named(String eventName) {
    return with("event_name", eventName).with("canonical_name", eventName);
  }

  SessionEvent with(String column, Object value) {
    values[Columns.SESSION_INPUT.indexOf(column)] = value;
    return this;
  }

  Row row() {
    return RowFactory.create(Arrays.copyOf(values, values.length));
  }

  /** Returns the UUID that ends in a number. */
  static String uuid(long number) {
    return new UUID(0x4000L, 0x8000_0000_0000_0000L | number).toString();
  }

  static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  /** Returns the key of a session, computed without the code under test. */
  static String key(String visitorId, String firstEventId) {
    UUID base = UUID.fromString("7d1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10");
    UUID namespace = version5(base, "session");
    return version5(namespace, "v1\n" + visitorId + "\n" + firstEventId).toString();
  }

  private static UUID version5(UUID namespace, String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(
          ByteBuffer.allocate(16)
              .putLong(namespace.getMostSignificantBits())
              .putLong(namespace.getLeastSignificantBits())
              .array());
      byte[] digest = sha1.digest(name.getBytes(StandardCharsets.UTF_8));
      digest[6] = (byte) (0x50 | digest[6] & 0x0F);
      digest[8] = (byte) (0x80 | digest[8] & 0x3F);
      ByteBuffer bytes = ByteBuffer.wrap(digest);
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
