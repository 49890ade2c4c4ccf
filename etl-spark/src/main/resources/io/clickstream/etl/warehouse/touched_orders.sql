-- Orders of stored events in touched sessions, and of the events that are inserted. A session that
-- is a bot's by volume before and after has no part in its orders; it may have many.
-- OFFSET 0 makes the planner read events session by session, see session_input.sql.
SELECT coalesce(event.order_id, event.event_id::TEXT) AS order_id
FROM ${touched_sessions} session
CROSS JOIN LATERAL (
  SELECT * FROM clickstream_events stored
  WHERE stored.canonical_name = 'checkout_complete' AND stored.session_key = session.session_key
  OFFSET 0) event
WHERE session.is_stored
  AND NOT EXISTS (
    SELECT FROM ${touched_sessions} after
    WHERE session.bot_reason = 'volume' AND after.bot_reason = 'volume' AND NOT after.is_stored
      AND after.session_key = session.session_key AND after.ended_at >= session.ended_at)
UNION
SELECT coalesce(event.order_id, event.event_id::TEXT)
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
WHERE resolution.wins AND event.canonical_name = 'checkout_complete'
