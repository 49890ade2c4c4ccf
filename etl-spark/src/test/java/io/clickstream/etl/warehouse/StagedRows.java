package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Fills the staging tables of a slice with rows made by hand, as the stages before would. */
final class StagedRows {

  private final SqlConnection connection;
  private final StagingTables staging;

  StagedRows(SqlConnection connection, StagingTables staging) {
    this.connection = connection;
    this.staging = staging;
    staging.create(connection);
    connection.execute(
        """
        CREATE UNLOGGED TABLE %s (visitor_id TEXT, opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ)"""
            .formatted(staging.affectedRanges()));
    connection.execute(
        """
        CREATE UNLOGGED TABLE %s (visitor_id TEXT, occurred_at TIMESTAMPTZ, event_id UUID)"""
            .formatted(staging.changes()));
  }

  static UUID id(int number) {
    return new UUID(0x4000L, number);
  }

  /** Returns the key of a raw object of the hour. */
  static String key(String name) {
    return "2026/11/22/13/event-" + rawId(name) + ".json";
  }

  private static UUID rawId(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Stages a page view of visitor v at a minute of an hour, in session 100. */
  void event(int number, String object, int minute) {
    event(number, object, minute, "page_view");
  }

  /** Stages an event of visitor v, on a page of the event's name. */
  void event(int number, String object, int minute, String name) {
    connection.update(
        """
        INSERT INTO %1$s (event_id, event_timestamp, event_name, canonical_name, occurred_at,
          visitor_id, raw_object_key, raw_hour, raw_id, page_id, page_address, is_bot, is_signed)
        VALUES ('%2$s', %3$s, '%4$s', '%4$s', %3$s, 'v', '%5$s',
          extract(epoch FROM %6$s) / 3600, '%7$s', md5('%4$s')::UUID, '/%4$s', FALSE, FALSE)"""
            .formatted(
                staging.events(), id(number), at(minute), name, key(object), at(0), rawId(object)));
    connection.update(
        "INSERT INTO %s VALUES ('%s', '%s')"
            .formatted(staging.eventSessions(), id(number), id(100)));
    connection.update(
        "INSERT INTO %s VALUES ('v', %s, '%s')"
            .formatted(staging.changes(), at(minute), id(number)));
  }

  /** Stages session 100 of visitor v from minute 0 to 59, with so many events. */
  void session(int events) {
    connection.update(
        SqlStatement.of(StagedRows.class, "stage_session")
            .with("sessions", staging.sessions())
            .with("session_key", id(100).toString())
            .with("started_at", at(0))
            .with("ended_at", at(59))
            .with("event_id", id(1).toString())
            .with("events", events)
            .text());
  }

  void affectedRange() {
    connection.update(
        "INSERT INTO %s VALUES ('v', %s, 'infinity')".formatted(staging.affectedRanges(), at(0)));
  }

  static String at(int minute) {
    return "TIMESTAMPTZ '2026-11-22 13:%02d:00+00'".formatted(minute);
  }
}
