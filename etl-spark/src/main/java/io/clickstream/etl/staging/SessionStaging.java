package io.clickstream.etl.staging;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.SessionizedRow;
import io.clickstream.etl.sql.Database;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The rows that sessions are computed from, and the computed sessions.
 *
 * <p>The rows are those of {@code SESSION_INPUT}: events, and stored sessions that are continued.
 * SQL gathers them over the staging connection. Spark's tasks read them, and write the result.
 */
public final class SessionStaging {

  private static final int ROWS_PER_PARTITION = 100_000;
  private static final int MAX_PARTITIONS = 1_000;
  private static final String EVENTS = "clickstream_events";

  /** Events with what they need of event_details. A view has no pages to read by. */
  private static final String STORED_EVENTS =
      """
      clickstream_events event
      LEFT JOIN clickstream_pages page USING (page_id)
      LEFT JOIN clickstream_referrers referrer USING (referrer_id)""";

  /**
   * The rows that were gathered for a slice.
   *
   * @param rows number of rows: events and continued sessions
   * @param continuedSessions number of continued sessions among them
   * @param contextRows number of stored events that were read
   */
  public record Gathered(long rows, long continuedSessions, long contextRows) {

    /** Returns the number of events among the rows. */
    public long events() {
      return rows - continuedSessions;
    }
  }

  private final Database database;
  private final SqlConnection connection;
  private final StagingTables staging;

  /**
   * Creates the staging of a slice.
   *
   * @param database where Spark's tasks read and write
   * @param connection the staging connection
   */
  public SessionStaging(Database database, SqlConnection connection, StagingTables staging) {
    this.database = database;
    this.connection = connection;
    this.staging = staging;
  }

  /** Finds the places that the slice changes in visitors' histories. */
  public void findChanges() {
    StagingTables.createAnalyzedAs(
        connection,
        staging.changes(),
        statement("changes").with("resolutions", staging.resolutions()));
  }

  /**
   * Gathers the rows of the affected ranges.
   *
   * @param affectedRanges the query for the ranges; it reads {@link StagingTables#changes}
   */
  public Gathered gather(SqlStatement affectedRanges) {
    StagingTables.createAnalyzedAs(connection, staging.affectedRanges(), affectedRanges);
    long rows = StagingTables.createAs(connection, staging.sessionInput(), sessionInput());
    long continued =
        connection.number(
            "SELECT count(*) FROM " + staging.sessionInput() + " WHERE continued IS NOT NULL");
    long winners =
        connection.number("SELECT count(staged_row) FROM " + staging.resolutions() + " WHERE wins");
    return new Gathered(rows, continued, rows - winners - continuedSessionsMinusOrders());
  }

  /** A continued session is one input row, but its orders were read instead of it. */
  private long continuedSessionsMinusOrders() {
    return connection.number(
        statement("continued_sessions_minus_orders")
            .with("session_input", staging.sessionInput())
            .text());
  }

  private SqlStatement sessionInput() {
    return statement("session_input")
        .with("event_columns", selectList(SessionStaging::ofEvent))
        .with("continued_columns", selectList(SessionStaging::ofContinuedSession))
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
   * Returns the gathered rows.
   *
   * @return rows of {@code SESSION_INPUT}; all rows of a visitor are in one partition
   */
  public Dataset<Row> readGathered(SparkSession spark, Gathered gathered) {
    String table = staging.sessionInput();
    return read(spark, table, table + " input", "input", Column::name, gathered.rows());
  }

  /** Returns the number of stored events. */
  public long storedEvents() {
    return connection.number("SELECT count(*) FROM " + EVENTS);
  }

  /**
   * Returns all stored events.
   *
   * @param count their number
   * @return rows of {@code SESSION_INPUT}; all rows of a visitor are in one partition
   */
  public Dataset<Row> readStoredEvents(SparkSession spark, long count) {
    String withTotal =
        STORED_EVENTS + " CROSS JOIN LATERAL " + subquery(statement("order_total")) + " total";
    return read(spark, EVENTS, withTotal, "event", SessionStaging::ofStoredEvent, count);
  }

  /** Returns the expression of an input column for an event of {@link #STORED_EVENTS}. */
  private static String ofStoredEvent(Column column) {
    return switch (column.name()) {
      case "page_url" -> "page.page_address || coalesce(event.page_query, '')";
      case "referrer", "referrer_host" -> "referrer." + column.name();
      default -> ofEvent(column);
    };
  }

  private Dataset<Row> read(
      SparkSession spark,
      String table,
      String from,
      String alias,
      Function<Column, String> expression,
      long rows) {
    long pages =
        connection.number(
            "SELECT pg_relation_size('%s') / current_setting('block_size')::integer"
                .formatted(table));
    int partitions = (int) Math.max(1, Math.min(MAX_PARTITIONS, rows / ROWS_PER_PARTITION + 1));
    Dataset<Row> read =
        new StagingReader(database, from, alias, Columns.SESSION_INPUT, expression)
            .read(spark, partitions, pages);
    return partitions == 1
        // Spark would shuffle a single partition too.
        ? read.coalesce(1)
        : read.repartition(partitions, functions.col("visitor_id"));
  }

  /** Writes rows of {@code SessionizedRow}: sessions, and the session of each event. */
  public void write(Dataset<Row> sessionized) {
    new StagingWriter(
            database,
            List.of(
                new StagingWriter.Target(SessionizedRow.EVENT, staging.eventSessions()),
                new StagingWriter.Target(SessionizedRow.SESSION, staging.sessions())))
        .write(sessionized);
    connection.execute("ANALYZE " + staging.eventSessions());
  }

  private static String subquery(SqlStatement statement) {
    return "(" + statement.text() + ")";
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(SessionStaging.class, name);
  }
}
