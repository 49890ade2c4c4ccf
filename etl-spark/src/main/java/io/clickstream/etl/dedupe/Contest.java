package io.clickstream.etl.dedupe;

/**
 * Decides which record stands for an event: of all records with one event id the one with the
 * smallest (event_timestamp, raw_object_key) wins, keys by their bytes.
 *
 * <p>Content decides, never arrival: a record that was loaded long ago gives way to an earlier twin
 * that a backfill brings. The decision needs the stored rows under the warehouse lock, so it is
 * made where they are; this class only says how.
 */
public final class Contest {

  private Contest() {}

  /**
   * The verdict on each record: one row a record, though tasks that ran twice staged some of them
   * twice, alike.
   *
   * <p>Columns: {@code staged_row} (place in the staging table), {@code raw_object_key}, {@code
   * event_id}, {@code event_timestamp}, {@code visitor_id}, {@code occurred_at}, {@code
   * event_name}, {@code coerced_fields}, {@code wins}, and {@code stored_raw_object_key}, {@code
   * stored_visitor_id}, {@code stored_occurred_at}, {@code stored_event_name} of the row that
   * stands in the warehouse now (null without one). A winner with a stored row replaces it.
   *
   * @param stagedEvents table of parsed events
   * @param superseded table of object keys that another run has loaded meanwhile
   */
  public static String verdicts(String stagedEvents, String superseded) {
    return """
        SELECT candidate.staged_row, candidate.raw_object_key, candidate.event_id,
          candidate.event_timestamp, candidate.visitor_id, candidate.occurred_at,
          candidate.event_name, candidate.coerced_fields,
          stored.raw_object_key AS stored_raw_object_key, stored.visitor_id AS stored_visitor_id,
          stored.occurred_at AS stored_occurred_at, stored.event_name AS stored_event_name,
          candidate.rank = 1
            AND (stored.event_id IS NULL
              OR (candidate.event_timestamp, candidate.raw_object_key)
                < (stored.event_timestamp, stored.raw_object_key)) AS wins
        FROM (
          SELECT staged.ctid AS staged_row, staged.*,
            row_number() OVER of_event AS rank,
            raw_object_key IS NOT DISTINCT FROM lag(raw_object_key) OVER of_event AS again
          FROM %s staged
          WHERE NOT EXISTS (
            SELECT FROM %s other
            WHERE other.object_key = split_part(staged.raw_object_key, '#', 1))
          WINDOW of_event AS (
            PARTITION BY event_id ORDER BY event_timestamp, raw_object_key COLLATE "C")) candidate
        LEFT JOIN clickstream_events stored USING (event_id)
        WHERE NOT candidate.again"""
        .formatted(stagedEvents, superseded);
  }
}
