package io.clickstream.etl.dedupe;

import io.clickstream.etl.sql.SqlStatement;

/**
 * Decides which of several records with one event id becomes the event.
 *
 * <p>A signed record wins over others: anyone may send an id that can be guessed, such as {@code
 * order-1-paid}, before the back end does. Of equals, the record with the smallest ({@code
 * event_timestamp}, {@code raw_object_key}) wins; keys are compared by their bytes. The decision
 * depends on the records' content, never on the order in which they were loaded. A stored event is
 * replaced when a backfill brings an earlier duplicate, and when a load brings the first signed
 * one.
 *
 * <p>The decision needs the stored events under the warehouse lock, so it is a query that runs in
 * the warehouse.
 */
public final class DuplicateResolution {

  private static final SqlStatement QUERY =
      SqlStatement.of(DuplicateResolution.class, "duplicate_resolution");

  private DuplicateResolution() {}

  /**
   * Returns the query that resolves duplicates. Its result has one row per staged record.
   *
   * <p>Columns of the result:
   *
   * <ul>
   *   <li>{@code staged_row}: the record's row in the staging table
   *   <li>{@code raw_object_key}, {@code event_id}, {@code event_timestamp}, {@code visitor_id},
   *       {@code occurred_at}, {@code event_name}, {@code client_id}, {@code user_id}, {@code
   *       coerced_fields} of the record
   *   <li>{@code wins}: true if the record becomes the event
   *   <li>{@code stored_raw_object_key}, {@code stored_visitor_id}, {@code stored_occurred_at},
   *       {@code stored_event_name} of the stored event with the same id; null if there is none. A
   *       winner replaces that event.
   * </ul>
   *
   * @param stagedEvents table of the staged events
   * @param superseded table of the object keys that another run has loaded in the meantime
   */
  public static SqlStatement query(String stagedEvents, String superseded) {
    return QUERY.with("staged_events", stagedEvents).with("superseded", superseded);
  }
}
