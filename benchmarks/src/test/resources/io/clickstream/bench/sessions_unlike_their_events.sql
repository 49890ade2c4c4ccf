-- The number of sessions that differ from what their events say.
SELECT count(*)
FROM (
  SELECT session_key, visitor_id, count(*) AS events, min(occurred_at) AS first_at,
    max(occurred_at) AS last_at
  FROM clickstream_events GROUP BY 1, 2) counted
FULL JOIN clickstream_sessions session USING (session_key)
WHERE (counted.visitor_id, events, first_at, last_at)
  IS DISTINCT FROM (session.visitor_id, event_count, started_at, ended_at)
