-- Grain: one row per event to insert.
SELECT ${event_columns}, session.session_key
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
JOIN ${event_sessions} session ON resolution.event_id = session.event_id
WHERE resolution.wins
ORDER BY ${insertion_order}
