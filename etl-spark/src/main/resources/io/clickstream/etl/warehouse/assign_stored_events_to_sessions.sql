UPDATE clickstream_events event SET session_key = session.session_key
FROM ${event_sessions} session
WHERE session.event_id = event.event_id AND event.session_key <> session.session_key
