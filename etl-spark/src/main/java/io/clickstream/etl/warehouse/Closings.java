package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Closed periods: {@code warehouse_settings.closed_before} and the table {@code etl_closings}.
 *
 * <p>The SQL functions of {@code sql/marts/R__95_closing.sql} remove rows.
 */
public final class Closings {

  /**
   * What a closing has removed so far.
   *
   * @param closedBefore end of the period
   * @param isFinished whether no row of the period is left to remove
   * @param sessions rows of {@code clickstream_sessions}
   * @param events rows of {@code clickstream_events}
   * @param duplicates rows of {@code duplicate_records}
   * @param rejected rows of {@code rejected_records}
   */
  public record Closing(
      Instant closedBefore,
      boolean isFinished,
      long sessions,
      long events,
      long duplicates,
      long rejected) {}

  /** Numbers of rows that a batch has removed. */
  public record Removed(long sessions, long events) {}

  private Closings() {}

  /** Moves staged records of the closed period out of the staged events. */
  public static void leaveOut(SqlConnection connection, StagingTables staging) {
    connection.update(
        statement("leave_out_closed")
            .with("events", staging.events())
            .with("closed", staging.closed())
            .text());
  }

  /**
   * Erases what is remembered of a closed period: sessions, weeks and orders of visitors and users
   * that the staged ids match. Marts of hours and days stay.
   */
  public static void forget(SqlConnection merge, StagingTables staging) {
    if (closedBefore(merge).isPresent()) {
      merge.execute(
          "SELECT forget_closed('%s', '%s')"
              .formatted(staging.erasedIds(), staging.matchedEvents()));
    }
  }

  /** Returns the end of the closed period, or nothing if no period is closed. */
  public static Optional<Instant> closedBefore(SqlConnection connection) {
    return connection
        .firstRow(
            "SELECT closed_before FROM warehouse_settings WHERE closed_before IS NOT NULL",
            row -> row.getObject(1, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /**
   * Returns the begin of the reporting day that has an instant, in the zone of the warehouse.
   *
   * @param instant text form that PostgreSQL reads, with an offset; or a date, which is a day
   */
  public static Instant beginOfDay(SqlConnection connection, String instant) {
    return instant(connection, "closing_begin_of_day", "instant", instant);
  }

  /** Returns the begin of the reporting day that is some days before the latest one loaded. */
  public static Instant beginOfDay(SqlConnection connection, int daysBeforeLatest) {
    return instant(connection, "closing_days_before_latest", "days", daysBeforeLatest);
  }

  /** Returns the latest instant before which a period can be closed. */
  public static Instant latestInstant(SqlConnection connection) {
    return connection
        .firstRow(
            statement("latest_closable_instant").text(),
            row -> row.getObject(1, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant)
        .orElseThrow(
            () -> new LoadException("Cannot close: the warehouse has no events. Load some first."));
  }

  /** Returns true if a day is loaded that ended before an instant. */
  public static boolean hasDayBefore(SqlConnection connection, Instant end) {
    try (NamedStatement query = connection.prepare(statement("has_day_before"))) {
      return query
          .set("closed_before", end.atOffset(ZoneOffset.UTC))
          .rows(row -> row.getBoolean(1))
          .get(0);
    }
  }

  private static Instant instant(
      SqlConnection connection, String name, String parameter, Object value) {
    try (NamedStatement query = connection.prepare(statement(name))) {
      return query
          .set(parameter, value)
          .rows(row -> row.getObject(1, OffsetDateTime.class))
          .stream()
          .findFirst()
          .map(OffsetDateTime::toInstant)
          .orElseThrow(
              () ->
                  new LoadException("Cannot close: the warehouse has no events. Load some first."));
    }
  }

  /** Closes the period before an instant, if an earlier one is closed or none. */
  public static void start(SqlConnection merge, Instant closedBefore) {
    try (NamedStatement start = merge.prepare(statement("start_closing"))) {
      start.set("closed_before", closedBefore.atOffset(ZoneOffset.UTC)).rows(row -> true);
    }
  }

  /**
   * Finds the earliest session of the period that stays, if it is not known, and from it the
   * earliest session that {@code closed_sessions} has to keep.
   *
   * <p>It reads a day of sessions per statement, and takes no lock. Once a period is closed, no
   * load adds a session that stays.
   */
  public static void findEarliestKept(SqlConnection connection) {
    Optional<Instant> from =
        connection
            .firstRow(
                statement("start_of_unknown_memory").text(),
                row -> row.getObject(1, OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
    if (from.isEmpty()) {
      return;
    }
    Day day = Day.read(connection, from.get());
    while (day.kept().isEmpty() && day.next().isPresent()) {
      day = Day.read(connection, day.next().get());
    }
    try (NamedStatement remember = connection.prepare(statement("remember_from"))) {
      remember.set("kept", day.kept().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null)).update();
    }
  }

  /**
   * A day of sessions of the closed period.
   *
   * @param kept start of the earliest one that claims an order of the open period
   * @param next start of the earliest one after the day
   */
  private record Day(Optional<Instant> kept, Optional<Instant> next) {

    static Day read(SqlConnection connection, Instant begin) {
      try (NamedStatement query = connection.prepare(statement("earliest_kept"))) {
        return query
            .set("begins_at", begin.atOffset(ZoneOffset.UTC))
            .rows(row -> new Day(instant(row, 1), instant(row, 2)))
            .get(0);
      }
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
      return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
          .map(OffsetDateTime::toInstant);
    }
  }

  /** Returns the number of events in sessions that are to be removed. */
  public static long eventsToClose(SqlConnection connection) {
    return connection.number("SELECT coalesce(sum(event_count), 0) FROM sessions_to_close");
  }

  /** Removes the oldest sessions of the closed period, with at most about so many events. */
  public static Removed closeSessions(SqlConnection merge, long batchEvents) {
    return merge
        .firstRow(
            "SELECT sessions, events FROM close_sessions(" + batchEvents + ")",
            row -> new Removed(row.getLong(1), row.getLong(2)))
        .orElseThrow();
  }

  /**
   * Removes other rows of the closed period.
   *
   * @return the number of rows; at 0, the closing is finished
   */
  public static long closeRest(SqlConnection merge, long batchRows) {
    return merge.number("SELECT close_rest(" + batchRows + ")");
  }

  /** Returns the latest closing, or nothing if no period is closed. */
  public static Optional<Closing> latest(SqlConnection connection) {
    return connection.firstRow(
        statement("latest_closing").text(),
        row ->
            new Closing(
                row.getObject(1, OffsetDateTime.class).toInstant(),
                row.getBoolean(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6)));
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(Closings.class, name);
  }
}
