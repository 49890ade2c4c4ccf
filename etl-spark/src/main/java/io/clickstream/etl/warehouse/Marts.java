package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;

/**
 * The marts: tables computed from events and sessions.
 *
 * <p>The SQL functions of {@code sql/marts/} compute them. A merge passes the hours, days,
 * sessions, visitors and orders that it changes, and the marts change in the same transaction.
 */
public final class Marts {

  /** Version of the rules that compute marts, except the rules in tables. */
  static final int VERSION = 4;

  private Marts() {}

  /**
   * Notes the hours, sessions and orders that a merge changes, and what these sessions and orders
   * give to the marts by day. It must run before rows move, because it needs the old rows. It needs
   * the rows of {@link RowMerge#stageSessions}.
   */
  public static void noteTouched(
      SqlConnection connection, StagingTables staging, String reportingZone) {
    StagingTables.createAnalyzedAs(
        connection,
        staging.touchedSessions(),
        statement("touched_sessions")
            .with("affected_ranges", staging.affectedRanges())
            .with("session_rows", staging.sessionRows()));
    StagingTables.createAs(
        connection,
        staging.touchedHours(),
        statement("touched_hours")
            .with("changes", staging.changes())
            .with("touched_sessions", staging.touchedSessions()),
        reportingZone);
    StagingTables.createAnalyzedAs(
        connection,
        staging.touchedOrders(),
        statement("touched_orders")
            .with("touched_sessions", staging.touchedSessions())
            .with("resolutions", staging.resolutions())
            .with("events", staging.events()));
    connection.execute(
        statement("note_days")
            .with("touched_sessions", staging.touchedSessions())
            .with("touched_orders", staging.touchedOrders())
            .with("touched_days", staging.touchedDays())
            .text());
  }

  /** Computes again the mart rows that depend on the noted hours, sessions and orders. */
  public static void refresh(SqlConnection merge, StagingTables staging) {
    merge.execute(
        statement("refresh_marts")
            .with("touched_hours", staging.touchedHours())
            .with("touched_sessions", staging.touchedSessions())
            .with("touched_orders", staging.touchedOrders())
            .with("touched_days", staging.touchedDays())
            .text());
  }

  /** Computes all marts again. */
  public static void rebuild(SqlConnection merge) {
    merge.execute("SELECT rebuild_marts()");
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(Marts.class, name);
  }
}
