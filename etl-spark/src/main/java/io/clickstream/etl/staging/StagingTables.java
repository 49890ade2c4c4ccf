package io.clickstream.etl.staging;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.Dictionary;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.event.RawKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one slice in the schema {@code clickstream_staging}.
 *
 * <p>Their names begin with the run id and the number of the slice. They are unlogged, because they
 * need not survive a crash of the server, and have no autovacuum, because they are read once and
 * dropped. {@link RunLock} says which of them belong to a live run.
 */
public final class StagingTables {

  /** Columns of {@link #superseded}: the key of an object. */
  private static final Columns SUPERSEDED = Columns.of(new Column("object_key", ColumnType.TEXT));

  static final String SCHEMA = "clickstream_staging";

  private static final Logger LOG = LoggerFactory.getLogger(StagingTables.class);

  private final String prefix;

  /** Counts the computations, because a late task of an earlier one may still write its rows. */
  private int computation = 1;

  public StagingTables(UUID runId, int slice) {
    this.prefix = SCHEMA + ".r" + runId.toString().replace("-", "") + "_" + slice + "_";
  }

  /** Returns the table of parsed events; a task that ran twice wrote its rows twice. */
  public String events() {
    return prefix + "events";
  }

  /** Returns the table of rejected records. */
  public String rejected() {
    return prefix + "rejected";
  }

  /** Returns the table of records that an erasure request matches; it may have rows twice. */
  public String erased() {
    return prefix + "erased";
  }

  /** Returns the table of records of a closed period; it may have rows twice. */
  public String closed() {
    return prefix + "closed";
  }

  /** Returns the table of the ids of new erasure requests. */
  public String erasedIds() {
    return prefix + "erased_ids";
  }

  /** Returns the table of stored events that new erasure requests match. */
  public String matchedEvents() {
    return prefix + "matched_events";
  }

  /** Returns the table of stored duplicates that new erasure requests match. */
  public String matchedDuplicates() {
    return prefix + "matched_duplicates";
  }

  /** Returns the table of rejected records that new erasure requests match. */
  public String matchedRejected() {
    return prefix + "matched_rejected";
  }

  /** Returns the table of object outcomes: read, vanished or unreadable. */
  public String objects() {
    return prefix + "objects";
  }

  /** Returns the table of object keys that another run loaded after this run listed them. */
  public String superseded() {
    return prefix + "superseded";
  }

  /** Returns the table of staged records, with the decision which of them win their event id. */
  public String resolutions() {
    return prefix + "resolutions";
  }

  /** Returns the table of the values that a dictionary gets, with the number of their records. */
  public String values(Dictionary dictionary) {
    return prefix + "values_" + dictionary.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the table of the shared values of replaced events. */
  public String replacedValues() {
    return prefix + "replaced_values";
  }

  /** Returns the table of changed places in visitors' histories. */
  public String changes() {
    return prefix + "changes";
  }

  /** Returns the table of ranges whose sessions are computed again. */
  public String affectedRanges() {
    return prefix + "affected_ranges";
  }

  /** Returns the table of rows that Spark sessionizes. */
  public String sessionInput() {
    return computed("session_input");
  }

  /** Returns the table with the session of each event; a task may have written rows twice. */
  public String eventSessions() {
    return computed("event_sessions");
  }

  /** Returns the table of computed sessions; a task may have written rows twice. */
  public String sessions() {
    return computed("sessions");
  }

  /** Returns the table of events to insert, each with its session, in their order. */
  public String eventRows() {
    return prefix + "event_rows";
  }

  /** Returns the table of sessions to insert, with their reporting day and channel. */
  public String sessionRows() {
    return prefix + "session_rows";
  }

  /** Returns the table of reporting hours whose marts may change. */
  public String touchedHours() {
    return prefix + "touched_hours";
  }

  /** Returns the table of sessions that the merge deletes or inserts. */
  public String touchedSessions() {
    return prefix + "touched_sessions";
  }

  /** Returns the table of orders whose marts may change. */
  public String touchedOrders() {
    return prefix + "touched_orders";
  }

  /**
   * Returns the table of what the touched sessions and orders gave to the marts by day, and of the
   * sessions that may change these marts.
   */
  public String touchedDays() {
    return prefix + "touched_days";
  }

  private String computed(String name) {
    return prefix + computation + "_" + name;
  }

  private List<String> valuesOfAll() {
    return Stream.of(Dictionary.values()).map(this::values).toList();
  }

  private List<String> all() {
    List<String> tables = new ArrayList<>(valuesOfAll());
    Collections.addAll(
        tables,
        events(),
        rejected(),
        erased(),
        closed(),
        erasedIds(),
        matchedEvents(),
        matchedDuplicates(),
        matchedRejected(),
        objects(),
        superseded(),
        resolutions(),
        replacedValues(),
        changes(),
        affectedRanges(),
        sessionInput(),
        eventSessions(),
        sessions());
    tables.addAll(prepared());
    return tables;
  }

  /** Returns the tables of what a merge inserts, and of what it changes in the marts. */
  private List<String> prepared() {
    return List.of(
        eventRows(),
        sessionRows(),
        touchedHours(),
        touchedSessions(),
        touchedOrders(),
        touchedDays());
  }

  /**
   * Returns a subquery in parentheses with its alias {@code object}, which PostgreSQL 15 requires:
   * one row per object, although tasks may have run twice.
   */
  public String distinctObjects() {
    return "("
        + SqlStatement.of(StagingTables.class, "distinct_objects").with("objects", objects())
        + ") object";
  }

  /** Creates the tables that tasks write and the driver fills before the merge. */
  public void create(SqlConnection connection) {
    createTable(connection, events(), Columns.STAGED_EVENT);
    createTable(connection, rejected(), Columns.REJECTED_RECORD);
    createTable(connection, erased(), Columns.ERASED_RECORD);
    createTable(connection, closed(), Columns.ERASED_RECORD);
    createTable(connection, objects(), Columns.OBJECT_OUTCOME);
    createComputed(connection);
  }

  /**
   * Drops what was computed from staged and stored rows, so that it can be computed again. The
   * tables of tasks get other names.
   */
  public void dropComputed(SqlConnection connection) {
    List<String> tables = new ArrayList<>(valuesOfAll());
    Collections.addAll(
        tables,
        superseded(),
        resolutions(),
        changes(),
        affectedRanges(),
        sessionInput(),
        eventSessions(),
        sessions());
    tables.addAll(prepared());
    tables.forEach(table -> connection.execute("DROP TABLE IF EXISTS " + table));
    computation++;
    createComputed(connection);
  }

  private void createComputed(SqlConnection connection) {
    createTable(connection, superseded(), SUPERSEDED);
    createForSessions(connection);
  }

  /** Creates the tables that sessionizing writes. */
  public void createForSessions(SqlConnection connection) {
    createTable(connection, eventSessions(), Columns.EVENT_SESSION);
    createTable(connection, sessions(), Columns.SESSION);
  }

  /** Creates the table of the ids of new erasure requests, with these rows. */
  public void createErasedIds(SqlConnection connection, Iterable<Row> rows) {
    createTable(connection, erasedIds(), Columns.ERASED_ID);
    copy(connection, new CopyBuffer(erasedIds(), Columns.ERASED_ID, 0), rows);
    connection.execute("ANALYZE " + erasedIds());
  }

  private static void copy(SqlConnection connection, CopyBuffer buffer, Iterable<Row> rows) {
    try {
      for (Row row : rows) {
        buffer.add(connection.jdbc(), row);
      }
      buffer.flush(connection.jdbc());
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static void createTable(SqlConnection connection, String table, Columns columns) {
    connection.execute(
        "CREATE UNLOGGED TABLE %s (%s) WITH (autovacuum_enabled = false)"
            .formatted(table, columns.definition()));
  }

  /** Adds keys of objects that another run loaded after this run listed them. */
  public void supersede(SqlConnection connection, Iterable<RawKey> keys) {
    List<Row> rows = new ArrayList<>();
    keys.forEach(key -> rows.add(RowFactory.create(key.relative())));
    copy(connection, new CopyBuffer(superseded(), SUPERSEDED, 0), rows);
  }

  /**
   * Creates a table from a query.
   *
   * @return the number of its rows
   */
  public static long createAs(SqlConnection connection, String table, SqlStatement query) {
    return connection.update(createTableAs(table, query).text());
  }

  /**
   * Creates a table from a query of the days or hours of {@code :reporting_zone}. The warehouse has
   * no zone before its first merge.
   */
  public static void createAs(
      SqlConnection connection, String table, SqlStatement query, String reportingZone) {
    try (NamedStatement create = connection.prepare(createTableAs(table, query))) {
      create.set("reporting_zone", reportingZone).update();
    }
  }

  private static SqlStatement createTableAs(String table, SqlStatement query) {
    return SqlStatement.inline(
        "CREATE UNLOGGED TABLE %s WITH (autovacuum_enabled = false) AS\n%s"
            .formatted(table, query.text()));
  }

  /** Creates a table from a query, with statistics for the queries that join it. */
  public static void createAnalyzedAs(SqlConnection connection, String table, SqlStatement query) {
    createAs(connection, table, query);
    connection.execute("ANALYZE " + table);
  }

  /**
   * Drops the tables at the end of a slice. A failure is only logged, so that it does not hide the
   * reason why the slice failed. The next run drops the tables that are left.
   */
  public void drop(SqlConnection connection) {
    try {
      for (String table : all()) {
        connection.execute("DROP TABLE IF EXISTS " + table);
      }
    } catch (DatabaseException e) {
      LOG.warn(
          "Cannot drop staging tables {}*: {}. The next run drops them.", prefix, e.getMessage());
    }
  }
}
