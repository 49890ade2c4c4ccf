-- Sessions that this merge deletes (is_stored), then those that it inserts.
SELECT session.session_key, session.visitor_id, session.started_at, session.ended_at,
  session.session_date, session.bot_reason, TRUE AS is_stored
FROM ${affected_ranges} affected
JOIN clickstream_sessions session
  ON affected.visitor_id = session.visitor_id
    AND affected.opens_at <= session.started_at AND affected.closes_at > session.started_at
UNION ALL
SELECT session_key, visitor_id, started_at, ended_at, session_date, bot_reason, FALSE
FROM ${session_rows}
