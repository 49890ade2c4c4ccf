package io.clickstream.etl.load;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Tables computed from events and sessions, kept equal to a recomputation: rows that a merge could
 * have changed are computed anew by the mart's own SQL function, {@code <mart>_of(key)}.
 */
final class Marts {

  private Marts() {}

  /**
   * Notes which hours a merge touches: of each event that comes, goes or moves, at its old place
   * and at its new one, and of each session start that goes or comes. To be called before rows
   * move.
   */
  static void noteTouched(Connection merge, Staging staging) throws SQLException {
    Staging.createJoinedAs(
        merge,
        staging.touchedHours(),
        """
        SELECT DISTINCT date_trunc('hour', touched.at, settings.reporting_zone) AS hour
        FROM warehouse_settings settings, (
          SELECT occurred_at AS at FROM %1$s
          UNION ALL
          SELECT session.started_at
          FROM %2$s region JOIN clickstream_sessions session
            ON session.visitor_id = region.visitor_id
              AND session.started_at >= region.opens_at AND session.started_at < region.closes_at
          UNION ALL
          SELECT started_at FROM %3$s) touched"""
            .formatted(staging.changes(), staging.regions(), staging.sessions()));
  }

  /** Brings the marts up to date with the rows as they are now. */
  static void refresh(Connection merge, Staging staging) throws SQLException {
    Sql.update(
        merge,
        "DELETE FROM traffic_hourly WHERE hour IN (SELECT hour FROM %s)"
            .formatted(staging.touchedHours()));
    Sql.update(
        merge,
        """
        INSERT INTO traffic_hourly
        SELECT mart.* FROM %s touched CROSS JOIN LATERAL traffic_hourly_of(touched.hour) mart
        ORDER BY mart.hour"""
            .formatted(staging.touchedHours()));
  }

  /** Computes the marts anew as a whole. */
  static void rebuild(Connection merge) throws SQLException {
    Sql.update(merge, "DELETE FROM traffic_hourly");
    Sql.update(
        merge,
        """
        INSERT INTO traffic_hourly
        SELECT mart.*
        FROM (
          SELECT DISTINCT date_trunc('hour', occurred_at, reporting_zone) AS hour
          FROM clickstream_events, warehouse_settings) present
        CROSS JOIN LATERAL traffic_hourly_of(present.hour) mart
        ORDER BY mart.hour""");
  }
}
