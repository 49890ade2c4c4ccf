package io.clickstream.etl.sessionize;

/**
 * Finds the parts of visitors' histories that changed events can alter, so that only those are
 * sessionized again. Proof sketch in {@code docs/adr/0004-incremental-sessions.md}.
 *
 * <p>A change is a place (visitor, occurred_at, event_id): of an inserted event, or the old or new
 * place of a replaced one. Its region opens at the last stored session start strictly before it (or
 * at itself when there is none) and closes at the first stored session start behind it that is sure
 * to be produced again:
 *
 * <ul>
 *   <li>one that is more than the gap behind both the stored session before it and the change, or
 *   <li>one at or behind the first cut mark that is six hours behind the change plus the gap: from
 *       there on every chain that could hold the change has the same cuts as the stored one.
 * </ul>
 *
 * Regions of a visitor that overlap or touch are one.
 */
public final class Regions {

  /** More than the sessions that can start between a change and the mark that closes its region. */
  private static final int CANDIDATES = 8;

  private Regions() {}

  /**
   * Columns {@code visitor_id}, {@code opens_at}, {@code closes_at} (exclusive; infinity when no
   * stored session closes it). Session starts of a visitor differ in time, so times bound a region.
   *
   * @param changes table of {@code visitor_id}, {@code occurred_at}, {@code event_id}
   * @param gapSeconds the session gap
   */
  public static String of(String changes, long gapSeconds) {
    return """
        SELECT visitor_id, lower(region) AS opens_at, coalesce(upper(region), 'infinity') AS closes_at
        FROM (
          SELECT change.visitor_id,
            unnest(range_agg(tstzrange(
              coalesce(opening.started_at, change.occurred_at), closing.started_at))) AS region
          FROM %1$s change
          LEFT JOIN LATERAL (
            SELECT started_at, first_event_id
            FROM clickstream_sessions
            WHERE visitor_id = change.visitor_id
              AND (started_at, first_event_id) < (change.occurred_at, change.event_id)
            ORDER BY started_at DESC, first_event_id DESC
            LIMIT 1) opening ON true
          LEFT JOIN LATERAL (
            SELECT started_at
            FROM (
              SELECT started_at, first_event_id,
                lag(ended_at) OVER (ORDER BY started_at, first_event_id) AS previous_end
              FROM (
                SELECT started_at, first_event_id, ended_at
                FROM clickstream_sessions
                WHERE visitor_id = change.visitor_id
                  AND started_at >= coalesce(opening.started_at, '-infinity')
                ORDER BY started_at, first_event_id
                LIMIT %3$d) following
            ) following
            WHERE (started_at, first_event_id) > (change.occurred_at, change.event_id)
              AND (started_at - interval '%2$d seconds'
                  > greatest(previous_end, change.occurred_at)
                OR started_at >= date_bin(
                  '12 hours',
                  change.occurred_at + interval '%2$d seconds' + interval '6 hours'
                    - interval '1 microsecond',
                  timestamptz '1970-01-01 00:00:00+00') + interval '12 hours')
            ORDER BY started_at, first_event_id
            LIMIT 1) closing ON true
          GROUP BY change.visitor_id
        ) merged"""
        .formatted(changes, gapSeconds, CANDIDATES);
  }
}
