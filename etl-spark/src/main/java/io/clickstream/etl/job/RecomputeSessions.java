package io.clickstream.etl.job;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.SessionizedRow;
import io.clickstream.etl.sessionize.AffectedRanges;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sessionize.Sessionize;
import io.clickstream.etl.sessionize.SummarizeSessions;
import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.StagingReader;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.staging.StagingWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Computes sessions in Spark while the merge holds the lock: chooses what to read, sessionizes it,
 * and stages the results. The transform is the same for what a slice touches and for everything.
 */
final class RecomputeSessions {

  private static final int ROWS_PER_PARTITION = 100_000;
  private static final int MAX_PARTITIONS = 1_000;

  /** An order's value as sent, else the sum of its lines; NULL when that does not fit. */
  private static final String ORDER_TOTAL =
      """
      CASE WHEN event.event_name = 'checkout_complete' THEN coalesce(event.order_value_minor, (
        SELECT CASE WHEN abs(sum(line.total)) <= 9223372036854775807 THEN sum(line.total)::bigint END
        FROM (
          SELECT coalesce((item ->> 'quantity')::numeric, 1) * coalesce(
            (item ->> 'discount_price_minor')::numeric, (item ->> 'price_minor')::numeric) AS total
          FROM jsonb_array_elements(event.order_items) item) line)) END""";

  private final Run run;
  private final Connection stagingConnection;
  private final StagingTables staging;
  private final SessionRules rules;
  private long inputRows;
  private long carriedSessions;

  RecomputeSessions(Run run, Connection stagingConnection, StagingTables staging) {
    this.run = run;
    this.stagingConnection = stagingConnection;
    this.staging = staging;
    this.rules = run.settings().sessionRules();
  }

  /**
   * Gathers what the slice's winners and the stored rows near them need to be sessionized.
   *
   * @return stored events that were read
   */
  long gatherTouched() throws SQLException {
    StagingTables.createJoinedAs(
        stagingConnection,
        staging.changes(),
        """
        SELECT visitor_id, occurred_at, event_id, TRUE AS inserted FROM %1$s WHERE wins
        UNION ALL
        SELECT stored_visitor_id, stored_occurred_at, event_id, FALSE FROM %1$s
        WHERE wins AND stored_raw_object_key IS NOT NULL"""
            .formatted(staging.verdicts()));
    StagingTables.createJoinedAs(
        stagingConnection,
        staging.regions(),
        AffectedRanges.query(staging.changes(), run.settings().sessionGapSeconds()).text());
    inputRows = StagingTables.createAs(stagingConnection, staging.sessionInput(), touched());
    carriedSessions =
        Sql.number(
            stagingConnection,
            "SELECT count(*) FROM " + staging.sessionInput() + " WHERE carried IS NOT NULL");
    long fromSlice =
        Sql.number(stagingConnection, "SELECT count(*) FROM " + staging.verdicts() + " WHERE wins");
    return inputRows - fromSlice - carriedInsteadOfOrders();
  }

  /** Carried sessions are no events, but their orders were read for them. */
  private long carriedInsteadOfOrders() throws SQLException {
    return Sql.number(
        stagingConnection,
        """
        SELECT coalesce(sum(1 - jsonb_array_length(carried -> 'orders')), 0) FROM %s
        WHERE carried IS NOT NULL"""
            .formatted(staging.sessionInput()));
  }

  /**
   * The slice's winners, the stored events of the regions but for those that are replaced, and the
   * sessions carried on there. Region by region (OFFSET keeps it so): without statistics, as in a
   * warehouse just filled, the planner takes the last join for the first.
   */
  private String touched() {
    return """
        SELECT %1$s
        FROM %3$s verdict JOIN %4$s event ON event.ctid = verdict.staged_row
        WHERE verdict.wins
        UNION ALL
        SELECT %1$s
        FROM %5$s region CROSS JOIN LATERAL (
          SELECT * FROM clickstream_events stored
          WHERE stored.visitor_id = region.visitor_id
            AND stored.occurred_at >= region.reads_from AND stored.occurred_at < region.closes_at
          OFFSET 0) event
        WHERE NOT EXISTS (
          SELECT FROM %3$s verdict
          WHERE verdict.wins AND verdict.stored_raw_object_key IS NOT NULL
            AND verdict.event_id = event.event_id)
        UNION ALL
        SELECT %2$s
        FROM %5$s region JOIN clickstream_sessions session
          ON session.session_key = region.carried_session_key"""
        .formatted(
            selectList(RecomputeSessions::ofEvent),
            selectList(RecomputeSessions::ofCarriedSession),
            staging.verdicts(),
            staging.events(),
            staging.regions());
  }

  private static String ofEvent(Column column) {
    return switch (column.name()) {
      case "order_total_minor" -> ORDER_TOTAL;
      case "carried_started_at" -> "NULL::timestamptz";
      case "carried_first_event_id" -> "NULL::uuid";
      case "carried" -> "NULL::jsonb";
      default -> "event." + column.name();
    };
  }

  /**
   * A stored session in the place of its events: at the place of its last one, with the values that
   * the session took from its events, and what else it takes to go on in {@code carried}.
   */
  private static String ofCarriedSession(Column column) {
    return switch (column.name()) {
      case "occurred_at" -> "session.ended_at";
      case "event_id" -> "session.last_event_id";
      case "event_name" -> "session.last_event_name";
      case "page_url" -> "session.exit_page_url";
      case "page_path" -> "session.exit_page_path";
      case "order_id", "currency" -> "NULL";
      case "order_total_minor" -> "NULL::bigint";
      case "carried_started_at" -> "session.started_at";
      case "carried_first_event_id" -> "session.first_event_id";
      case "carried" -> CARRIED;
      default -> "session." + column.name();
    };
  }

  private static String selectList(Function<Column, String> expression) {
    return Columns.SESSION_INPUT.all().stream()
        .map(column -> expression.apply(column) + " AS " + column.name())
        .collect(Collectors.joining(", "));
  }

  private static final String CARRIED =
      """
      jsonb_build_object(
        'event_count', session.event_count,
        'page_view_count', session.page_view_count,
        'product_view_count', session.product_view_count,
        'add_to_cart_count', session.add_to_cart_count,
        'remove_from_cart_count', session.remove_from_cart_count,
        'checkout_start_count', session.checkout_start_count,
        'checkout_complete_count', session.checkout_complete_count,
        'landing_page_url', session.landing_page_url,
        'landing_page_path', session.landing_page_path,
        'first_event_name', session.first_event_name,
        'orders', CASE WHEN session.order_count = 0 THEN '[]' ELSE (
          SELECT jsonb_agg(
            jsonb_build_object('event_id', event.event_id, 'order_id', event.order_id,
              'order_total_minor', %s, 'currency', event.currency)
            ORDER BY event.occurred_at, event.event_id)
          FROM clickstream_events event
          WHERE event.visitor_id = session.visitor_id AND event.event_name = 'checkout_complete'
            AND event.occurred_at BETWEEN session.started_at AND session.ended_at) END)"""
          .formatted(ORDER_TOTAL);

  /**
   * Sessionizes what was gathered.
   *
   * @return of how many events
   */
  long sessionizeTouched() throws SQLException {
    sessionize(
        new StagingReader(
            run.warehouse(), staging.sessionInput(), Columns.SESSION_INPUT, Column::name),
        staging.sessionInput(),
        inputRows);
    return inputRows - carriedSessions;
  }

  /**
   * Sessionizes every stored event.
   *
   * @return how many there are
   */
  long sessionizeAll() throws SQLException {
    long rows = Sql.number(stagingConnection, "SELECT count(*) FROM clickstream_events");
    sessionize(
        new StagingReader(
            run.warehouse(),
            "clickstream_events event",
            Columns.SESSION_INPUT,
            RecomputeSessions::ofEvent),
        "clickstream_events",
        rows);
    return rows;
  }

  private void sessionize(StagingReader input, String table, long rows) throws SQLException {
    long pages =
        Sql.number(
            stagingConnection,
            "SELECT pg_relation_size('%s') / current_setting('block_size')::integer"
                .formatted(table));
    int partitions = (int) Math.max(1, Math.min(MAX_PARTITIONS, rows / ROWS_PER_PARTITION + 1));
    Dataset<Row> events = input.read(run.spark(), partitions, pages);
    Dataset<Row> byVisitor =
        // Said as such: one partition needs no shuffle.
        partitions == 1
            ? events.coalesce(1)
            : events.repartition(partitions, functions.col("visitor_id"));
    stage(new SummarizeSessions(rules).apply(new Sessionize(rules).apply(byVisitor)));
    Sql.execute(stagingConnection, "ANALYZE " + staging.eventSessions());
  }

  private void stage(Dataset<Row> sessionized) {
    new StagingWriter(
            run.warehouse(),
            List.of(
                new StagingWriter.Target(SessionizedRow.EVENT, staging.eventSessions()),
                new StagingWriter.Target(SessionizedRow.SESSION, staging.sessions())))
        .copy(sessionized);
  }
}
