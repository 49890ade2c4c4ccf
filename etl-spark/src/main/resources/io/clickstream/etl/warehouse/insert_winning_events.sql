INSERT INTO clickstream_events (${event_columns}, session_key)
SELECT ${staged_columns}, session.session_key
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
JOIN ${event_sessions} session ON resolution.event_id = session.event_id
WHERE resolution.wins
