-- Grain: at most one row: a session with an order, short enough to print, with as many tabs as possible.
SELECT s.session_key, s.duration_s, s.device_category, s.referrer_host, s.utm_source,
  count(DISTINCT e.session_id)
FROM clickstream_sessions s JOIN clickstream_events e USING (session_key)
WHERE s.is_converted AND NOT s.is_bot
GROUP BY s.session_key
ORDER BY (s.event_count BETWEEN 7 AND 16) DESC, count(DISTINCT e.session_id) DESC,
  s.event_count ASC, s.session_key ASC
LIMIT 1
