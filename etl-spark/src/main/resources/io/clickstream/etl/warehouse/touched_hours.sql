-- Reporting hours of changed events and of touched session starts, and the hours in which stored
-- events become those of a bot by volume, or no longer are. has_changed_events is false for hours of
-- which only session starts are touched.
WITH volume AS (
  SELECT * FROM ${touched_sessions} WHERE bot_reason = 'volume'
),

flipped AS (
  SELECT
    CASE WHEN num_nonnulls(before.session_key, after.session_key) = 2
      THEN least(before.ended_at, after.ended_at)
      ELSE coalesce(before.started_at, after.started_at) END AS first_at,
    greatest(before.ended_at, after.ended_at) AS last_at
  FROM (SELECT * FROM volume WHERE is_stored) before
  FULL JOIN (SELECT * FROM volume WHERE NOT is_stored) after USING (session_key)
  WHERE before.ended_at IS DISTINCT FROM after.ended_at
)

SELECT date_trunc('hour', touched.at, :reporting_zone) AS hour,
  bool_or(touched.is_event) AS has_changed_events
FROM (
  SELECT occurred_at AS at, TRUE AS is_event FROM ${changes}
  UNION ALL
  SELECT started_at, FALSE FROM ${touched_sessions}
  UNION ALL
  -- Where clocks shift by half an hour, an hour of the zone may have 30 minutes.
  SELECT generate_series(first_at, last_at, interval '30 minutes'), TRUE FROM flipped
  UNION ALL
  SELECT last_at, TRUE FROM flipped) touched
GROUP BY hour
