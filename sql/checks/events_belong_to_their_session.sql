-- Each event belongs to one session: that of its session_key, visitor and time.
SELECT event.event_id, event.session_key, event.visitor_id, event.occurred_at
FROM clickstream_events AS event LEFT JOIN clickstream_sessions AS session USING (session_key)
WHERE session.session_key IS NULL OR session.visitor_id <> event.visitor_id
  OR event.occurred_at NOT BETWEEN session.started_at AND session.ended_at
