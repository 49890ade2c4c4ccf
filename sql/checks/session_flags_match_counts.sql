-- An engaged session is longer than 10 s, has two page views or has a conversion. A bounce is a
-- session that is not engaged.
SELECT session_key, started_at, ended_at, page_view_count, checkout_complete_count, is_engaged,
  is_bounce, is_converted
FROM clickstream_sessions
WHERE is_engaged IS DISTINCT FROM (
    ended_at - started_at > INTERVAL '10 seconds'
    OR page_view_count >= 2 OR checkout_complete_count > 0)
  OR is_bounce = is_engaged OR is_converted <> (checkout_complete_count > 0)
