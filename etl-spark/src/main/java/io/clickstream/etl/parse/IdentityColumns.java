package io.clickstream.etl.parse;

import io.clickstream.event.EventNames;
import io.clickstream.event.NameBasedUuid;

/**
 * Computes {@code event_id}, {@code visitor_id}, {@code raw_object_key} and {@code canonical_name},
 * and names an event without a name.
 *
 * <p>Reads the columns {@code event_name}, {@code client_id}, {@code user_id} and {@code
 * session_id}.
 */
final class IdentityColumns {

  private IdentityColumns() {}

  static void fill(EventRow row, Payload payload, String recordKey) {
    String eventId = (String) FieldMap.EVENT_ID.read(payload);
    if (eventId == null) {
      eventId = NameBasedUuid.of(NameBasedUuid.OBJECT_KEY, recordKey).toString();
    }
    row.set("event_id", eventId);
    row.set("raw_object_key", recordKey);
    row.set("visitor_id", visitorId(row, eventId));
    if (row.text("event_name") == null) {
      row.set("event_name", EventNames.UNKNOWN);
    }
    row.set("canonical_name", EventNames.canonical(row.text("event_name")));
  }

  /** Returns the browser, else the user, else the session, else the event as a visitor. */
  private static String visitorId(EventRow row, String eventId) {
    String clientId = row.text("client_id");
    if (clientId != null) {
      return "c:" + clientId;
    }
    String userId = row.text("user_id");
    if (userId != null) {
      return "u:" + userId;
    }
    String sessionId = row.text("session_id");
    return sessionId != null ? "s:" + sessionId : "e:" + eventId;
  }
}
