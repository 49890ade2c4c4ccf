package io.clickstream.etl.sessionize;

/**
 * Finds the parts of visitors' histories that changed events can alter, so that only those are
 * sessionized again. Proof sketch in {@code docs/adr/0004-incremental-sessions.md}.
 *
 * <p>A change is a place (visitor, occurred_at, event_id): of an inserted event, or the old or new
 * place of a replaced one. Its region opens
 *
 * <ul>
 *   <li>at the change itself, when no stored session starts before it or the last one that does
 *       ended more than the gap before it,
 *   <li>else at that session's start, strictly before the change.
 * </ul>
 *
 * and closes at the first stored session start behind it that is sure to be produced again:
 *
 * <ul>
 *   <li>one that is more than the gap behind both the stored session before it and the change, or
 *   <li>one at or behind the first cut mark that is six hours behind the change plus the gap: from
 *       there on every chain that could hold the change has the same cuts as the stored one,
 *   <li>any, if the change is an insertion inside of a stored session: that breaks no chain and
 *       joins none.
 * </ul>
 *
 * Regions of a visitor that overlap or touch are one. Changes that follow each other within the gap
 * always share theirs, so only the first and the last of such a row of changes are looked at. When
 * all changes of a region lie behind the session that it opens with, that session's events are not
 * read: it is carried on as it is stored.
 */
public final class Regions {

  /** More than the sessions that can start between a change and the mark that closes its region. */
  private static final int CANDIDATES = 8;

  private Regions() {}

  /**
   * Columns {@code visitor_id}, {@code opens_at}, {@code closes_at} (exclusive; infinity when no
   * stored session closes it), {@code reads_from} (first instant of which stored events are needed)
   * and {@code carried_session_key} (null when no session is carried on). Session starts of a
   * visitor differ in time, so times bound a region.
   *
   * @param changes table of {@code visitor_id}, {@code occurred_at}, {@code event_id} and {@code
   *     inserted} (false for the old place of a replaced event)
   * @param gapSeconds the session gap
   */
  public static String of(String changes, long gapSeconds) {
    return """
        SELECT DISTINCT ON (visitor_id, region)
          visitor_id,
          opens_at,
          max(closes_at) OVER (PARTITION BY visitor_id, region) AS closes_at,
          coalesce(carried_until + interval '1 microsecond', opens_at) AS reads_from,
          CASE WHEN carried_until IS NOT NULL THEN opening_session_key END AS carried_session_key
        FROM (
          SELECT *,
            count(*) FILTER (WHERE is_apart) OVER (
              PARTITION BY visitor_id ORDER BY first_at) AS region
          FROM (
            SELECT *,
              coalesce(opens_at > max(closes_at) OVER (
                PARTITION BY visitor_id ORDER BY first_at
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS is_apart
            FROM (%1$s) bounded) marked) united
        ORDER BY visitor_id, region, first_at"""
        .formatted(bounded(rows(changes, gapSeconds), gapSeconds));
  }

  /** The first and the last change of each row of changes that follow each other within the gap. */
  private static String rows(String changes, long gapSeconds) {
    return """
        SELECT visitor_id,
          min(occurred_at) AS first_at,
          (array_agg(event_id) FILTER (WHERE is_first))[1] AS first_id,
          max(occurred_at) AS last_at,
          (array_agg(event_id) FILTER (WHERE is_last))[1] AS last_id,
          bool_and(inserted) AS only_inserted
        FROM (
          SELECT *,
            count(*) FILTER (WHERE is_first) OVER (
              PARTITION BY visitor_id ORDER BY occurred_at, event_id) AS row_number
          FROM (
            SELECT *,
              coalesce(occurred_at - interval '%2$d seconds' > lag(occurred_at) OVER places, true)
                AS is_first,
              coalesce(lead(occurred_at) OVER places > occurred_at + interval '%2$d seconds', true)
                AS is_last
            FROM %1$s
            WINDOW places AS (PARTITION BY visitor_id ORDER BY occurred_at, event_id)) ends
        ) numbered
        GROUP BY visitor_id, row_number"""
        .formatted(changes, gapSeconds);
  }

  /**
   * Each row of changes with the region that it would have alone. Later ones don't open earlier.
   */
  private static String bounded(String rows, long gapSeconds) {
    return """
        SELECT changed.visitor_id, changed.first_at,
          CASE WHEN opening.ended_at >= changed.first_at - interval '%2$d seconds'
            THEN opening.started_at ELSE changed.first_at END AS opens_at,
          coalesce(closing.started_at, 'infinity') AS closes_at,
          opening.session_key AS opening_session_key,
          CASE WHEN opening.ended_at >= changed.first_at - interval '%2$d seconds'
            AND (opening.ended_at, opening.last_event_id) < (changed.first_at, changed.first_id)
            THEN opening.ended_at END AS carried_until
        FROM (%1$s) changed
        LEFT JOIN LATERAL (
          SELECT session_key, started_at, ended_at, last_event_id
          FROM clickstream_sessions
          WHERE visitor_id = changed.visitor_id
            AND (started_at, first_event_id) < (changed.first_at, changed.first_id)
          ORDER BY started_at DESC, first_event_id DESC
          LIMIT 1) opening ON true
        LEFT JOIN LATERAL (
          SELECT started_at,
            changed.only_inserted AND session_key = opening.session_key
              AND (changed.last_at, changed.last_id) < (ended_at, last_event_id) AS holds_all
          FROM clickstream_sessions
          WHERE visitor_id = changed.visitor_id
            AND (started_at, first_event_id) < (changed.last_at, changed.last_id)
          ORDER BY started_at DESC, first_event_id DESC
          LIMIT 1) before_last ON true
        LEFT JOIN LATERAL (
          SELECT started_at
          FROM (
            SELECT started_at, first_event_id,
              lag(ended_at) OVER (ORDER BY started_at, first_event_id) AS previous_end
            FROM (
              SELECT started_at, first_event_id, ended_at
              FROM clickstream_sessions
              WHERE visitor_id = changed.visitor_id
                AND started_at >= coalesce(before_last.started_at, '-infinity')
              ORDER BY started_at, first_event_id
              LIMIT %3$d) following
          ) following
          WHERE (started_at, first_event_id) > (changed.last_at, changed.last_id)
            AND (before_last.holds_all
              OR started_at - interval '%2$d seconds' > greatest(previous_end, changed.last_at)
              OR started_at >= date_bin(
                '12 hours',
                changed.last_at + interval '%2$d seconds' + interval '6 hours'
                  - interval '1 microsecond',
                timestamptz '1970-01-01 00:00:00+00') + interval '12 hours')
          ORDER BY started_at, first_event_id
          LIMIT 1) closing ON true"""
        .formatted(rows, gapSeconds, CANDIDATES);
  }
}
