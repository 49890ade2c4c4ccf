package io.clickstream.etl.job;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.SessionizedRow;
import io.clickstream.etl.sessionize.AffectedRanges;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sessionize.Sessionize;
import io.clickstream.etl.sessionize.SiteCategories;
import io.clickstream.etl.sessionize.SummarizeSessions;
import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingReader;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.staging.StagingWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Computes sessions in Spark while the merge transaction holds the lock.
 *
 * <p>It gathers the rows to sessionize in a staging table, reads them into Spark, and writes the
 * sessions into staging tables. The transform is the same for a slice and for a rebuild.
 */
final class RecomputeSessions {

  private static final int ROWS_PER_PARTITION = 100_000;
  private static final int MAX_PARTITIONS = 1_000;

  private final Run run;
  private final Connection stagingConnection;
  private final StagingTables staging;
  private final SessionRules rules;
  private long inputRows;
  private long continuedSessions;

  RecomputeSessions(Run run, Connection stagingConnection, StagingTables staging) {
    this.run = run;
    this.stagingConnection = stagingConnection;
    this.staging = staging;
    this.rules = run.settings().sessionRules();
  }

  /**
   * Finds the affected ranges, and gathers the rows that their sessions are computed from.
   *
   * @return the number of stored events that were read
   */
  long gatherAffected() throws SQLException {
    StagingTables.createAnalyzedAs(
        stagingConnection,
        staging.changes(),
        statement("changes").with("resolutions", staging.resolutions()).text());
    StagingTables.createAnalyzedAs(
        stagingConnection,
        staging.affectedRanges(),
        AffectedRanges.query(staging.changes(), run.settings().sessionGapSeconds()).text());
    inputRows =
        StagingTables.createAs(stagingConnection, staging.sessionInput(), affectedInput().text());
    continuedSessions =
        number("SELECT count(*) FROM " + staging.sessionInput() + " WHERE continued IS NOT NULL");
    long winners = number("SELECT count(*) FROM " + staging.resolutions() + " WHERE wins");
    return inputRows - winners - continuedSessionsMinusOrders();
  }

  /** A continued session is one input row, but its orders were read instead of it. */
  private long continuedSessionsMinusOrders() throws SQLException {
    return number(
        statement("continued_sessions_minus_orders")
            .with("session_input", staging.sessionInput())
            .text());
  }

  private SqlStatement affectedInput() {
    return statement("session_input")
        .with("event_columns", selectList(RecomputeSessions::ofEvent))
        .with("continued_columns", selectList(RecomputeSessions::ofContinuedSession))
        .with("resolutions", staging.resolutions())
        .with("events", staging.events())
        .with("affected_ranges", staging.affectedRanges())
        .with("order_total", subquery(statement("order_total")))
        .with(
            "continued_session",
            subquery(
                statement("continued_session")
                    .with("order_total", subquery(statement("order_total")))));
  }

  /** Returns the expression of an input column for an event and its order total. */
  private static String ofEvent(Column column) {
    return switch (column.name()) {
      case "order_total_minor" -> "total.order_total_minor";
      case "continued_started_at" -> "NULL::timestamptz";
      case "continued_first_event_id" -> "NULL::uuid";
      case "continued" -> "NULL::jsonb";
      default -> "event." + column.name();
    };
  }

  /**
   * Returns the expression of an input column for a stored session that is continued. Its row takes
   * the place of its last event.
   */
  private static String ofContinuedSession(Column column) {
    return switch (column.name()) {
      case "occurred_at" -> "session.ended_at";
      case "event_id" -> "session.last_event_id";
      case "event_name" -> "session.last_event_name";
      case "page_url" -> "session.exit_page_url";
      case "page_path" -> "session.exit_page_path";
      case "canonical_name", "order_id", "currency" -> "NULL";
      case "order_total_minor" -> "NULL::bigint";
      case "continued_started_at" -> "session.started_at";
      case "continued_first_event_id" -> "session.first_event_id";
      case "continued" -> "continued.continued";
      default -> "session." + column.name();
    };
  }

  private static String selectList(Function<Column, String> expression) {
    return Columns.SESSION_INPUT.all().stream()
        .map(column -> expression.apply(column) + " AS " + column.name())
        .collect(Collectors.joining(", "));
  }

  /**
   * Computes the sessions of the gathered rows.
   *
   * @return the number of sessionized events
   */
  long sessionizeAffected() throws SQLException {
    sessionize(
        new StagingReader(
            run.warehouse(),
            staging.sessionInput() + " input",
            "input",
            Columns.SESSION_INPUT,
            Column::name),
        staging.sessionInput(),
        inputRows);
    return inputRows - continuedSessions;
  }

  /**
   * Computes the sessions of all stored events.
   *
   * @return the number of stored events
   */
  long sessionizeAll() throws SQLException {
    long rows = number("SELECT count(*) FROM clickstream_events");
    String eventsWithTotal =
        "clickstream_events event CROSS JOIN LATERAL %s total"
            .formatted(subquery(statement("order_total")));
    sessionize(
        new StagingReader(
            run.warehouse(),
            eventsWithTotal,
            "event",
            Columns.SESSION_INPUT,
            RecomputeSessions::ofEvent),
        "clickstream_events",
        rows);
    return rows;
  }

  private void sessionize(StagingReader input, String table, long rows) throws SQLException {
    long pages =
        number(
            "SELECT pg_relation_size('%s') / current_setting('block_size')::integer"
                .formatted(table));
    int partitions = (int) Math.max(1, Math.min(MAX_PARTITIONS, rows / ROWS_PER_PARTITION + 1));
    Dataset<Row> events = input.read(run.spark(), partitions, pages);
    Dataset<Row> byVisitor =
        // Spark would shuffle a single partition too.
        partitions == 1
            ? events.coalesce(1)
            : events.repartition(partitions, functions.col("visitor_id"));
    stage(
        new SummarizeSessions(rules, siteCategories())
            .apply(new Sessionize(rules).apply(byVisitor)));
    Sql.execute(stagingConnection, "ANALYZE " + staging.eventSessions());
  }

  private SiteCategories siteCategories() throws SQLException {
    Map<String, String> categories = new HashMap<>();
    try (Statement statement = stagingConnection.createStatement();
        ResultSet row = statement.executeQuery("SELECT source, category FROM channel_sources")) {
      while (row.next()) {
        categories.put(row.getString(1), row.getString(2));
      }
    }
    return new SiteCategories(categories);
  }

  private void stage(Dataset<Row> sessionized) {
    new StagingWriter(
            run.warehouse(),
            List.of(
                new StagingWriter.Target(SessionizedRow.EVENT, staging.eventSessions()),
                new StagingWriter.Target(SessionizedRow.SESSION, staging.sessions())))
        .write(sessionized);
  }

  private long number(String query) throws SQLException {
    return Sql.number(stagingConnection, query);
  }

  private static String subquery(SqlStatement statement) {
    return "(" + statement.text() + ")";
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(RecomputeSessions.class, name);
  }
}
