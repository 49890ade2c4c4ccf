package io.clickstream.etl.parse;

import io.clickstream.event.Limits;
import java.util.concurrent.TimeUnit;

/**
 * Computes {@code event_timestamp} and {@code occurred_at} from the times of gateway and client.
 *
 * <ul>
 *   <li>{@code event_timestamp} is the gateway's time of the request, else the event's own time,
 *       else the last modification of the raw object, floored to seconds.
 *   <li>{@code occurred_at} is {@code event_timestamp} minus the time that the event waited in the
 *       client's queue. Only differences of the client's own clock are used, so a wrong clock does
 *       not matter.
 * </ul>
 */
final class TimeColumns {

  private static final long SECOND_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long QUEUE_TIME_MICROS =
      TimeUnit.SECONDS.toMicros(Limits.QUEUE_TIME.toSeconds());

  private TimeColumns() {}

  static void fill(EventRow row, Payload payload, long lastModifiedMicros) {
    long eventTimestamp = eventTimestamp(payload, lastModifiedMicros);
    row.set("event_timestamp", eventTimestamp);
    Long occurredAt = (Long) FieldMap.CLIENT_TIMESTAMP.read(payload);
    Long sentAt = (Long) FieldMap.SENT_AT.read(payload);
    row.set("client_timestamp", occurredAt);
    row.set("sent_at", sentAt);
    row.set("occurred_at", eventTimestamp - queueTime(occurredAt, sentAt));
  }

  private static long eventTimestamp(Payload payload, long lastModifiedMicros) {
    Long micros = (Long) FieldMap.RECEIVED_AT.read(payload);
    if (micros == null) {
      micros = (Long) FieldMap.EVENT_TIMESTAMP.read(payload);
    }
    return micros != null
        ? micros
        : Math.floorDiv(lastModifiedMicros, SECOND_MICROS) * SECOND_MICROS;
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
