package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.StagingTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Fills the staging tables of a slice with rows made by hand, as the stages before would. */
final class StagedRows {

  private final Connection connection;
  private final StagingTables staging;

  StagedRows(Connection connection, StagingTables staging) throws SQLException {
    this.connection = connection;
    this.staging = staging;
    staging.create(connection);
    Sql.execute(
        connection,
        """
        CREATE UNLOGGED TABLE %s (visitor_id TEXT, opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ)\
        """
            .formatted(staging.affectedRanges()));
    Sql.execute(
        connection,
        """
        CREATE UNLOGGED TABLE %s (visitor_id TEXT, occurred_at TIMESTAMPTZ, event_id UUID)\
        """
            .formatted(staging.changes()));
  }

  static UUID id(int number) {
    return new UUID(0x4000L, number);
  }

  /** Stages a page view of visitor v at a minute of an hour, in session 100. */
  void event(int number, String recordKey, int minute) throws SQLException {
    event(number, recordKey, minute, "page_view");
  }

  void event(int number, String recordKey, int minute, String name) throws SQLException {
    Sql.update(
        connection,
        """
        INSERT INTO %1$s (event_id, event_timestamp, event_name, canonical_name, occurred_at,
          visitor_id, raw_object_key, is_bot, is_signed, order_id, coerced_fields)
        VALUES ('%2$s', %3$s, '%4$s', '%4$s', %3$s, 'v', '%5$s', FALSE, FALSE, NULL, NULL)\
        """
            .formatted(staging.events(), id(number), at(minute), name, recordKey));
    Sql.update(
        connection,
        "INSERT INTO %s VALUES ('%s', '%s')"
            .formatted(staging.eventSessions(), id(number), id(100)));
    Sql.update(
        connection,
        "INSERT INTO %s VALUES ('v', %s, '%s')"
            .formatted(staging.changes(), at(minute), id(number)));
  }

  /** Stages session 100 of visitor v from minute 0 to 59, with so many events. */
  void session(int events) throws SQLException {
    Sql.update(
        connection,
        """
        INSERT INTO %s (session_key, visitor_id, started_at, ended_at, first_event_id,
          last_event_id, duration_s, event_count, page_view_count, product_view_count,
          add_to_cart_count, remove_from_cart_count, checkout_start_count,
          checkout_complete_count, is_engaged, is_bounce, is_converted, is_bot,
          first_event_name, last_event_name, order_count, utm_source)
        VALUES ('%s', 'v', %s, %s, '%5$s', '%5$s', 0, %6$d, %6$d, 0, 0, 0, 0, 0, FALSE, TRUE,
          FALSE, FALSE, 'page_view', 'page_view', 0, 'newsletter')\
        """
            .formatted(staging.sessions(), id(100), at(0), at(59), id(1), events));
  }

  void affectedRange() throws SQLException {
    Sql.update(
        connection,
        "INSERT INTO %s VALUES ('v', %s, 'infinity')".formatted(staging.affectedRanges(), at(0)));
  }

  static String at(int minute) {
    return "TIMESTAMPTZ '2026-11-22 13:%02d:00+00'".formatted(minute);
  }
}
