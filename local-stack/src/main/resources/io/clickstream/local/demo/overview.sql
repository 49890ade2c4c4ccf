-- Grain: one row. What people did: without the sessions of bots.
SELECT
  to_char(min(started_at) AT TIME ZONE :zone, 'Dy DD Mon HH24:MI'),
  to_char(max(ended_at) AT TIME ZONE :zone, 'Dy DD Mon HH24:MI'),
  count(DISTINCT visitor_id), count(*), count(*) FILTER (WHERE is_engaged),
  count(*) FILTER (
    WHERE (started_at AT TIME ZONE :zone)::DATE <> (ended_at AT TIME ZONE :zone)::DATE)
FROM clickstream_sessions WHERE NOT is_bot
