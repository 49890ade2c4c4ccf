-- Grain: one row per affected range of a visitor.
-- A cluster is a run of changes that follow each other within the session gap. Its changes always
-- share a range, so only its first and its last change matter.
WITH edges AS (
  SELECT
    *,
    coalesce(occurred_at - INTERVAL '${gap_seconds} seconds' > lag(occurred_at) OVER places, TRUE)
      AS is_first,
    coalesce(lead(occurred_at) OVER places > occurred_at + INTERVAL '${gap_seconds} seconds', TRUE)
      AS is_last
  FROM ${changes}
  WINDOW places AS (PARTITION BY visitor_id ORDER BY occurred_at, event_id)
),

numbered AS (
  SELECT
    *,
    count(*) FILTER (WHERE is_first) OVER (
      PARTITION BY visitor_id ORDER BY occurred_at, event_id) AS cluster_number
  FROM edges
),

clusters AS (
  SELECT
    visitor_id,
    min(occurred_at) AS first_at,
    (array_agg(event_id) FILTER (WHERE is_first))[1] AS first_id,
    max(occurred_at) AS last_at,
    (array_agg(event_id) FILTER (WHERE is_last))[1] AS last_id,
    bool_and(inserted) AS only_inserted
  FROM numbered
  GROUP BY visitor_id, cluster_number
),

-- Each cluster with the range that it would have alone. A later cluster does not open earlier.
bounded AS (
  SELECT
    changed.visitor_id, changed.first_at,
    CASE WHEN opening.ended_at >= changed.first_at - INTERVAL '${gap_seconds} seconds'
      THEN opening.started_at ELSE changed.first_at END AS opens_at,
    coalesce(closing.started_at, 'infinity') AS closes_at,
    opening.session_key AS opening_session_key,
    CASE WHEN opening.ended_at >= changed.first_at - INTERVAL '${gap_seconds} seconds'
      AND (opening.ended_at, opening.last_event_id) < (changed.first_at, changed.first_id)
      THEN opening.ended_at END AS continued_until
  FROM clusters changed
  -- The last stored session that starts before the cluster.
  LEFT JOIN LATERAL (
    SELECT session_key, started_at, ended_at, last_event_id
    FROM clickstream_sessions
    WHERE visitor_id = changed.visitor_id
      AND (started_at, first_event_id) < (changed.first_at, changed.first_id)
    ORDER BY started_at DESC, first_event_id DESC
    LIMIT 1) opening ON TRUE
  -- The last stored session that starts before the cluster's last change.
  LEFT JOIN LATERAL (
    SELECT
      started_at,
      changed.only_inserted AND session_key = opening.session_key
        AND (changed.last_at, changed.last_id) < (ended_at, last_event_id) AS holds_all
    FROM clickstream_sessions
    WHERE visitor_id = changed.visitor_id
      AND (started_at, first_event_id) < (changed.last_at, changed.last_id)
    ORDER BY started_at DESC, first_event_id DESC
    LIMIT 1) before_last ON TRUE
  -- The first stored session after the cluster whose start is certain not to change.
  LEFT JOIN LATERAL (
    SELECT started_at
    FROM (
      SELECT
        started_at, first_event_id,
        lag(ended_at) OVER (ORDER BY started_at, first_event_id) AS previous_end
      FROM (
        SELECT started_at, first_event_id, ended_at
        FROM clickstream_sessions
        WHERE visitor_id = changed.visitor_id
          AND started_at >= coalesce(before_last.started_at, '-infinity')
        ORDER BY started_at, first_event_id
        LIMIT ${candidates}) following
    ) following
    WHERE (started_at, first_event_id) > (changed.last_at, changed.last_id)
      AND (before_last.holds_all
        OR started_at - INTERVAL '${gap_seconds} seconds' > greatest(previous_end, changed.last_at)
        OR started_at >= date_bin(
          '12 hours',
          changed.last_at + INTERVAL '${gap_seconds} seconds' + INTERVAL '6 hours'
            - INTERVAL '1 microsecond',
          TIMESTAMPTZ '1970-01-01 00:00:00+00') + INTERVAL '12 hours')
    ORDER BY started_at, first_event_id
    LIMIT 1) closing ON TRUE
),

-- Ranges of a visitor that overlap or touch become one range.
marked AS (
  SELECT
    *,
    coalesce(opens_at > max(closes_at) OVER (
      PARTITION BY visitor_id ORDER BY first_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), TRUE) AS is_apart
  FROM bounded
),

united AS (
  SELECT
    *,
    count(*) FILTER (WHERE is_apart) OVER (
      PARTITION BY visitor_id ORDER BY first_at) AS range_number
  FROM marked
)

SELECT DISTINCT ON (visitor_id, range_number)
  visitor_id,
  opens_at,
  max(closes_at) OVER (PARTITION BY visitor_id, range_number) AS closes_at,
  coalesce(continued_until + INTERVAL '1 microsecond', opens_at) AS reads_from,
  CASE WHEN continued_until IS NOT NULL THEN opening_session_key END AS continued_session_key
FROM united
ORDER BY visitor_id, range_number, first_at
