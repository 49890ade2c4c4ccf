-- session_date of each session is the reporting day of its start.
SELECT session_key, started_at, session_date
FROM clickstream_sessions
WHERE session_date <> (started_at AT TIME ZONE (SELECT reporting_zone()))::DATE
