-- Every event is in exactly one session: the one of its key, of its visitor, within its time.
SELECT event.event_id, event.session_key, event.visitor_id, event.occurred_at
FROM clickstream_events event LEFT JOIN clickstream_sessions session USING (session_key)
WHERE session.session_key IS NULL OR session.visitor_id <> event.visitor_id
  OR event.occurred_at NOT BETWEEN session.started_at AND session.ended_at
