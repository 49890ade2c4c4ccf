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
   * One row a record: tasks that ran twice staged some of them twice, alike.
   *
   * <p>Columns: {@code staged_row} (place in the staging table), {@code raw_object_key}, {@code
   * event_id}, {@code event_timestamp}, {@code visitor_id}, {@code occurred_at}, {@code
   * event_name}.
   *
   * @param stagedEvents table of parsed events
   * @param superseded table of object keys that another run has loaded meanwhile
   */
  public static String candidates(String stagedEvents, String superseded) {
    return """
        SELECT DISTINCT ON (staged.raw_object_key)
          staged.ctid AS staged_row, staged.raw_object_key, staged.event_id, staged.event_timestamp,
          staged.visitor_id, staged.occurred_at, staged.event_name
        FROM %s staged
        WHERE NOT EXISTS (
          SELECT FROM %s other WHERE other.object_key = split_part(staged.raw_object_key, '#', 1))
        ORDER BY staged.raw_object_key"""
        .formatted(stagedEvents, superseded);
  }

  /**
   * The verdict on each candidate.
   *
   * <p>Columns: those of the candidates, {@code wins}, and {@code stored_raw_object_key}, {@code
   * stored_visitor_id}, {@code stored_occurred_at}, {@code stored_event_name} of the row that
   * stands in the warehouse now (null without one). A winner with a stored row replaces it.
   */
  public static String verdicts(String candidates) {
    return """
        SELECT candidate.*,
          stored.raw_object_key AS stored_raw_object_key, stored.visitor_id AS stored_visitor_id,
          stored.occurred_at AS stored_occurred_at, stored.event_name AS stored_event_name,
          candidate.rank = 1
            AND (stored.event_id IS NULL
              OR (candidate.event_timestamp, candidate.raw_object_key)
                < (stored.event_timestamp, stored.raw_object_key)) AS wins
        FROM (
          SELECT *, row_number() OVER (
            PARTITION BY event_id ORDER BY event_timestamp, raw_object_key COLLATE "C") AS rank
          FROM %s) candidate
        LEFT JOIN clickstream_events stored USING (event_id)"""
        .formatted(candidates);
  }
}
