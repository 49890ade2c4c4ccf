package io.clickstream.etl.warehouse;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.Dictionary;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Moves the staged rows of a slice into the warehouse.
 *
 * <p>Staging tables may hold rows twice, because tasks may run twice; each row moves once.
 */
public final class RowMerge {

  private final SqlConnection merge;
  private final StagingTables staging;

  public RowMerge(SqlConnection merge, StagingTables staging) {
    this.merge = merge;
    this.staging = staging;
  }

  /** Counts the records that win by the values that they share. */
  public static void stageValues(SqlConnection connection, StagingTables staging) {
    for (Dictionary dictionary : Dictionary.values()) {
      StagingTables.createAs(
          connection,
          staging.values(dictionary),
          statement("staged_values")
              .with("id", dictionary.id())
              .with("event_columns", "event." + String.join(", event.", dictionary.columns()))
              .with("resolutions", staging.resolutions())
              .with("events", staging.events()));
    }
  }

  /**
   * Writes the records that win their event id into {@link StagingTables#eventRows}, with their
   * session.
   *
   * @param sessionizedEvents number of events that were sessionized
   */
  public static void stageEvents(
      SqlConnection connection, StagingTables staging, long sessionizedEvents) {
    StagingTables.createAs(
        connection,
        staging.eventRows(),
        statement("event_rows")
            .with("event_columns", Columns.STORED_EVENT.list("event"))
            .with("resolutions", staging.resolutions())
            .with("events", staging.events())
            .with("event_sessions", eventSessions(connection, staging, sessionizedEvents))
            .with("insertion_order", insertionOrder(connection, staging)));
  }

  /**
   * Writes each computed session once into {@link StagingTables#sessionRows}, with its reporting
   * day and channel.
   */
  public static void stageSessions(
      SqlConnection connection, StagingTables staging, String reportingZone) {
    StagingTables.createAs(
        connection,
        staging.sessionRows(),
        statement("session_rows")
            .with("session_columns", Columns.SESSION.list(""))
            .with("sessions", staging.sessions()),
        reportingZone);
  }

  /**
   * Moves stored events that lose to a staged record into {@code duplicate_records}.
   *
   * @return the number of replaced events
   */
  public long replaceStoredLosers() {
    long replaced =
        update(statement("move_replaced_to_duplicates").with("resolutions", staging.resolutions()));
    if (replaced > 0) {
      deleteReplacedEvents();
    }
    return replaced;
  }

  /** Moves the keys of stored events that are erased into {@code erased_records}. */
  public void eraseStoredEvents() {
    update(statement("move_events_to_erased").with("resolutions", staging.resolutions()));
    deleteReplacedEvents();
  }

  private void deleteReplacedEvents() {
    StagingTables.createAs(
        merge,
        staging.replacedValues(),
        statement("replaced_values").with("ids", ids()).with("resolutions", staging.resolutions()));
    forEachDictionary("release_values");
    update(statement("delete_replaced_events").with("resolutions", staging.resolutions()));
  }

  /** Inserts the events of {@link #stageEvents}, and the values of {@link #stageValues}. */
  public void insertEvents() {
    update(
        statement("insert_events")
            .with("event_columns", Columns.STORED_EVENT.list(""))
            .with("event_rows", staging.eventRows()));
    for (Dictionary dictionary : Dictionary.values()) {
      insertValues(dictionary);
    }
  }

  /** Inserts the values of the winners and counts them. Values of replaced events may be left. */
  private void insertValues(Dictionary dictionary) {
    update(
        statement("insert_values")
            .with("table", dictionary.table())
            .with("id", dictionary.id())
            .with("columns", String.join(", ", dictionary.columns()))
            .with("staged_values", staging.values(dictionary)));
  }

  /** Deletes the values of replaced events that no stored event has any more. */
  public void deleteUnusedValues() {
    forEachDictionary("delete_unused_values");
  }

  private void forEachDictionary(String name) {
    for (Dictionary dictionary : Dictionary.values()) {
      update(
          statement(name)
              .with("table", dictionary.table())
              .with("id", dictionary.id())
              .with("replaced_values", staging.replacedValues()));
    }
  }

  private static String ids() {
    return Stream.of(Dictionary.values())
        .map(dictionary -> "event." + dictionary.id())
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the session of each event once. Removing duplicates is expensive, so it is only done if
   * the number of rows shows that a task ran twice.
   */
  private static String eventSessions(
      SqlConnection connection, StagingTables staging, long sessionizedEvents) {
    String table = staging.eventSessions();
    return connection.number("SELECT count(*) FROM " + table) == sessionizedEvents
        ? table
        : "(SELECT DISTINCT event_id, session_key FROM " + table + ")";
  }

  /**
   * Returns the order in which events are inserted. By time, so that events of one time are near
   * each other and fill the pages of the index on time. By id, if most ids are of version 7, which
   * has the order of time and then fills the pages of the primary key too, or if the primary key
   * does not fit into memory.
   */
  private static String insertionOrder(SqlConnection connection, StagingTables staging) {
    boolean idsAreByTime =
        connection.number(
                """
                SELECT count(*) FILTER (WHERE get_byte(uuid_send(event_id), 6) / 16 = 7) * 2 - count(*)
                FROM\s"""
                    + staging.resolutions())
            > 0;
    boolean primaryKeyOutgrowsCache =
        connection.number(
                """
                SELECT pg_relation_size('clickstream_events_pkey')
                  - pg_size_bytes(current_setting('effective_cache_size'))""")
            > 0;
    return idsAreByTime || primaryKeyOutgrowsCache
        ? "resolution.event_id"
        : "resolution.occurred_at, resolution.event_id";
  }

  /** Assigns stored events to the sessions that were computed for them. */
  public void assignStoredEvents() {
    update(
        statement("assign_stored_events_to_sessions")
            .with("event_sessions", staging.eventSessions()));
  }

  /** Deletes the stored sessions of the affected ranges. */
  public void deleteAffectedSessions() {
    update(statement("delete_affected_sessions").with("affected_ranges", staging.affectedRanges()));
  }

  /** Deletes all stored sessions. */
  public void deleteAllSessions() {
    merge.update("DELETE FROM clickstream_sessions");
  }

  /**
   * Inserts the sessions of {@link #stageSessions}. The sessions that they replace must have been
   * deleted.
   *
   * @return the number of sessions
   */
  public long insertSessions() {
    return update(
        statement("insert_sessions")
            .with("session_columns", Columns.SESSION.list(""))
            .with("session_rows", staging.sessionRows()));
  }

  /** Inserts the keys of staged records that lose their event id. */
  public void insertDuplicates() {
    update(statement("insert_duplicates").with("resolutions", staging.resolutions()));
  }

  /** Inserts the rejected records. */
  public void insertRejected() {
    update(
        statement("insert_rejected_records")
            .with("columns", Columns.REJECTED_RECORD.list(""))
            .with("rejected", staging.rejected())
            .with("superseded", staging.superseded()));
  }

  /** Inserts the keys of records that an erasure request matched in this load. */
  public void insertErased() {
    update(
        statement("insert_erased_records")
            .with("erased", staging.erased())
            .with("superseded", staging.superseded()));
  }

  private long update(SqlStatement statement) {
    return merge.update(statement.text());
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(RowMerge.class, name);
  }
}
