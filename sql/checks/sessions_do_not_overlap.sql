-- Sessions of a visitor do not overlap. They are more than the session gap apart, unless one was
-- cut at 00:00 or 12:00 UTC.
SELECT visitor_id, session_key, started_at, ended_before
FROM (
  SELECT visitor_id, session_key, started_at,
    lag(ended_at) OVER (PARTITION BY visitor_id ORDER BY started_at) AS ended_before
  FROM clickstream_sessions) AS followed CROSS JOIN warehouse_settings AS settings
WHERE started_at <= ended_before
  OR (started_at - ended_before <= settings.session_gap_s * INTERVAL '1 second'
    AND date_bin('12 hours', started_at, TIMESTAMPTZ '1970-01-01 00:00:00+00') <= ended_before)
