-- Sessions of a visitor don't overlap, and lie more than the gap apart unless one was cut at 00:00 or 12:00 UTC.
SELECT visitor_id, session_key, started_at, ended_before
FROM (
  SELECT visitor_id, session_key, started_at, lag(ended_at) OVER (PARTITION BY visitor_id ORDER BY started_at) AS ended_before
  FROM clickstream_sessions) followed CROSS JOIN warehouse_settings settings
WHERE started_at <= ended_before
  OR (started_at - ended_before <= settings.session_gap_s * interval '1 second'
    AND date_bin('12 hours', started_at, timestamptz '1970-01-01 00:00:00+00') <= ended_before)
