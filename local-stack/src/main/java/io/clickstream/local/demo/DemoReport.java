package io.clickstream.local.demo;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Prints figures of the demo's warehouse; each is the result of one query. */
final class DemoReport {

  private static final int TOP_EVENTS = 14;
  private static final double PERCENT = 100.0;

  private final Connection warehouse;
  private final Console console;
  private final String zone;

  /**
   * Creates a report.
   *
   * @param zone the time zone of all times
   */
  DemoReport(Connection warehouse, Console console, String zone) {
    this.warehouse = warehouse;
    this.console = console;
    this.zone = zone;
  }

  void print() throws SQLException {
    rejects();
    overview();
    topEvents();
    funnel();
    orders();
    timeline();
  }

  private void rejects() throws SQLException {
    console.heading("Rejected records by reason (rejected_records keeps their bytes)");
    try (PreparedStatement query =
        warehouse.prepareStatement(
            """
            SELECT reason, count(*), min(detail) FROM rejected_records
            GROUP BY reason ORDER BY count(*) DESC, reason""")) {
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        console.line("  %5d  %-18s %s", rows.getLong(2), rows.getString(1), rows.getString(3));
      }
    }
  }

  private void overview() throws SQLException {
    try (NamedStatement query = prepare("overview").set("zone", zone)) {
      ResultSet row = query.query();
      row.next();
      console.heading("Visitors and sessions (" + zone + ")");
      console.line("  %s to %s", row.getString(1), row.getString(2));
      console.line("  %,7d visitors", row.getLong(3));
      console.line(
          "  %,7d sessions, %.1f %% engaged",
          row.getLong(4), share(row.getLong(5), row.getLong(4)));
      console.line("  %,7d sessions span midnight", row.getLong(6));
    }
    console.line(
        "  %,7d visitors had several tabs in one session",
        number(
            """
            SELECT count(DISTINCT visitor_id) FROM (
              SELECT visitor_id FROM clickstream_events WHERE NOT is_bot
              GROUP BY visitor_id, session_key HAVING count(DISTINCT session_id) > 1) several"""));
    console.line(
        "  %,7d bot sessions with %,d events are not counted here",
        number("SELECT count(*) FROM clickstream_sessions WHERE is_bot"),
        number("SELECT coalesce(sum(event_count), 0) FROM clickstream_sessions WHERE is_bot"));
  }

  private void topEvents() throws SQLException {
    console.heading("Events");
    try (PreparedStatement query =
        warehouse.prepareStatement(
            """
            SELECT event_name, sum(events), max(sum(events)) OVER () FROM event_hourly
            GROUP BY event_name ORDER BY sum(events) DESC, event_name LIMIT ?""")) {
      query.setInt(1, TOP_EVENTS);
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        console.line(
            "  %,7d  %s %s",
            rows.getLong(2), Console.bar(rows.getLong(2), rows.getLong(3)), rows.getString(1));
      }
    }
  }

  private void funnel() throws SQLException {
    console.heading("Purchase funnel, per session");
    try (NamedStatement query = prepare("purchase_funnel")) {
      ResultSet rows = query.query();
      long first = 0;
      long previous = 0;
      while (rows.next()) {
        boolean entry = rows.getInt(1) == 1;
        long sessions = rows.getLong(3);
        long median = rows.getLong(4);
        if (entry) {
          first = sessions;
        }
        console.line(
            "  %,7d  %s %5.1f %%  %-18s%s",
            sessions,
            Console.bar(sessions, first),
            share(sessions, first),
            rows.getString(2),
            entry
                ? ""
                : "−%.1f %%, median %s after the step before"
                    .formatted(share(previous - sessions, previous), Console.duration(median)));
        previous = sessions;
      }
    }
  }

  private void orders() throws SQLException {
    console.heading("Orders (a reloaded confirmation page does not count twice)");
    console.line(
        "  %,7d orders from %,d checkout_complete events",
        number("SELECT count(*) FROM clickstream_orders"),
        number(
            """
            SELECT coalesce(sum(events), 0) FROM event_hourly
            WHERE event_name = 'checkout_complete'"""));
    try (PreparedStatement query =
        warehouse.prepareStatement(
            """
            SELECT currency, count(*), sum(revenue_minor),
              percentile_disc(0.5) WITHIN GROUP (ORDER BY revenue_minor)
            FROM clickstream_orders
            GROUP BY currency ORDER BY count(*) DESC""")) {
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        String currency = rows.getString(1);
        console.line(
            "  %,7d %s: %,d together, median %,d",
            rows.getLong(2),
            currency == null ? "without a currency (older tracker)" : "in " + currency,
            rows.getLong(3),
            rows.getLong(4));
      }
    }
  }

  /** Prints the events of one short session with an order and several tabs. */
  private void timeline() throws SQLException {
    try (NamedStatement query = prepare("short_session_with_order")) {
      ResultSet row = query.query();
      if (!row.next()) {
        return;
      }
      console.heading(
          "One session: %s, %s%s, %d tab%s"
              .formatted(
                  Console.duration(row.getLong(2)),
                  row.getString(3),
                  row.getString(5) != null
                      ? ", from " + row.getString(5)
                      : row.getString(4) != null ? ", from " + row.getString(4) : "",
                  row.getLong(6),
                  row.getLong(6) == 1 ? "" : "s"));
      events(row.getString(1));
    }
  }

  /** Prints the events of a session. */
  private void events(String sessionKey) throws SQLException {
    try (NamedStatement query =
        prepare("events_of_session").set("zone", zone).set("session_key", sessionKey)) {
      ResultSet rows = query.query();
      while (rows.next()) {
        long price = rows.getLong(5);
        String amount = rows.wasNull() ? "" : String.format(java.util.Locale.ROOT, "%,d ₫", price);
        String what = rows.getString(4) == null ? "" : rows.getString(4);
        console.line(
            "  %s  tab %d  %-22s %-44s %s",
            rows.getString(1),
            rows.getLong(2),
            rows.getString(3),
            what.length() > 44 ? what.substring(0, 43) + "…" : what,
            amount);
      }
    }
  }

  private NamedStatement prepare(String statement) {
    return NamedStatement.prepare(warehouse, SqlStatement.of(DemoReport.class, statement));
  }

  private long number(String sql) throws SQLException {
    try (PreparedStatement query = warehouse.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : PERCENT * part / whole;
  }
}
