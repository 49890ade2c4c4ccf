package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Computes {@code event_timestamp} and {@code occurred_at} from the times of gateway and client.
 *
 * <ul>
 *   <li>{@code event_timestamp} is the gateway's time of the request, else the event's own time,
 *       else the last modification of the raw object, floored to seconds. Nothing is received after
 *       the hour in the object's key. So a time of the payload that is later than a day after that
 *       hour is unusable.
 *   <li>{@code occurred_at} is {@code event_timestamp} minus the time that the event waited in the
 *       client's queue. Only differences of the client's own clock are used, so a wrong clock does
 *       not matter.
 * </ul>
 *
 * <p>Keeps the hour of the last key; not thread-safe.
 */
final class TimeColumns {

  private static final long SECOND_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long QUEUE_TIME_MICROS =
      TimeUnit.SECONDS.toMicros(Limits.QUEUE_TIME.toSeconds());

  private String lastHour = "";
  private long latestMicros;

  void fill(EventRow row, Payload payload, String recordKey, long lastModifiedMicros) {
    long eventTimestamp = eventTimestamp(payload, recordKey, lastModifiedMicros);
    row.set("event_timestamp", eventTimestamp);
    Long occurredAt = (Long) FieldMap.CLIENT_TIMESTAMP.read(payload);
    Long sentAt = (Long) FieldMap.SENT_AT.read(payload);
    row.set("client_timestamp", occurredAt);
    row.set("sent_at", sentAt);
    row.set("occurred_at", eventTimestamp - queueTime(occurredAt, sentAt));
  }

  private long eventTimestamp(Payload payload, String recordKey, long lastModifiedMicros) {
    Predicate<Object> isPossible = micros -> (Long) micros <= latestMicros(recordKey);
    Long micros = (Long) FieldMap.RECEIVED_AT.read(payload, isPossible);
    if (micros == null) {
      micros = (Long) FieldMap.EVENT_TIMESTAMP.read(payload, isPossible);
    }
    return micros != null
        ? micros
        : Math.floorDiv(lastModifiedMicros, SECOND_MICROS) * SECOND_MICROS;
  }

  /** Returns the last usable time of a record; consecutive records mostly share their hour. */
  private long latestMicros(String recordKey) {
    if (lastHour.isEmpty() || !recordKey.startsWith(lastHour)) {
      Instant hour = RawKey.hourOf(recordKey);
      lastHour = RawKey.hourPrefix(hour);
      Instant latest = hour.plus(1, ChronoUnit.HOURS).plus(Limits.AFTER_KEY_HOUR);
      latestMicros = TimeUnit.SECONDS.toMicros(latest.getEpochSecond());
    }
    return latestMicros;
  }

  /** Returns 0 if the time is unknown, negative or longer than a queue keeps events. */
  private static long queueTime(Long occurredAt, Long sentAt) {
    if (sentAt == null || occurredAt == null) {
      return 0;
    }
    long queued = sentAt - occurredAt;
    return queued >= 0 && queued <= QUEUE_TIME_MICROS ? queued : 0;
  }
}
