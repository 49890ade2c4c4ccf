package io.clickstream.etl.warehouse;

import io.clickstream.etl.staging.StagingTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tables computed from events and sessions, kept equal to a recomputation. How is said in {@code
 * sql/marts/}; a merge tells what it touched, and its own transaction brings the marts up to date.
 */
public final class Marts {

  /** Of the rules from events and sessions to marts, but for those that are data. */
  public static final int VERSION = 1;

  private Marts() {}

  /**
   * Notes what a merge touches: the hours of each event that comes, goes or moves, at its old place
   * and at its new one, and of each session start that goes or comes; sessions that go or come, and
   * their days; orders in the changed parts of histories. To be called before rows move.
   */
  public static void noteTouched(Connection merge, StagingTables staging) throws SQLException {
    StagingTables.createJoinedAs(
        merge,
        staging.touchedSessions(),
        """
        SELECT session.session_key, session.started_at, session.session_date
        FROM %1$s region JOIN clickstream_sessions session
          ON session.visitor_id = region.visitor_id
            AND session.started_at >= region.opens_at AND session.started_at < region.closes_at
        UNION ALL
        SELECT session_key, started_at, session_date FROM %2$s"""
            .formatted(staging.regions(), staging.sessions()));
    StagingTables.createJoinedAs(
        merge,
        staging.touchedHours(),
        """
        SELECT DISTINCT date_trunc('hour', touched.at, settings.reporting_zone) AS hour
        FROM warehouse_settings settings, (
          SELECT occurred_at AS at FROM %1$s
          UNION ALL
          SELECT started_at FROM %2$s) touched"""
            .formatted(staging.changes(), staging.touchedSessions()));
    StagingTables.createJoinedAs(
        merge,
        staging.touchedOrders(),
        """
        SELECT coalesce(event.order_id, event.event_id::TEXT) AS order_id
        FROM %1$s region CROSS JOIN LATERAL (
          SELECT * FROM clickstream_events stored
          WHERE stored.visitor_id = region.visitor_id AND stored.event_name = 'checkout_complete'
            AND stored.occurred_at >= region.opens_at AND stored.occurred_at < region.closes_at
          OFFSET 0) event
        UNION
        SELECT coalesce(event.order_id, event.event_id::TEXT)
        FROM %2$s verdict JOIN %3$s event ON event.ctid = verdict.staged_row
        WHERE verdict.wins AND verdict.event_name = 'checkout_complete'"""
            .formatted(staging.regions(), staging.verdicts(), staging.events()));
  }

  /** Brings the marts up to date with the rows as they are now. */
  public static void refresh(Connection merge, StagingTables staging) throws SQLException {
    call(
        merge,
        """
        SELECT refresh_marts(
          ARRAY(SELECT hour FROM %1$s),
          ARRAY(SELECT DISTINCT session_date FROM %2$s),
          ARRAY(SELECT DISTINCT session_key FROM %2$s),
          ARRAY(SELECT DISTINCT visitor_id FROM %3$s),
          ARRAY(SELECT order_id FROM %4$s))"""
            .formatted(
                staging.touchedHours(),
                staging.touchedSessions(),
                staging.regions(),
                staging.touchedOrders()));
  }

  /** Computes the marts anew as a whole. */
  public static void rebuild(Connection merge) throws SQLException {
    call(merge, "SELECT rebuild_marts()");
  }

  private static void call(Connection merge, String query) throws SQLException {
    try (Statement statement = merge.createStatement()) {
      statement.executeQuery(query).close();
    }
  }
}
