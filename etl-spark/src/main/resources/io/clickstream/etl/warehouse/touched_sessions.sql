-- Sessions that this merge deletes, then those that it inserts.
SELECT session.session_key, session.started_at, session.session_date
FROM ${affected_ranges} affected
JOIN clickstream_sessions session
  ON affected.visitor_id = session.visitor_id
    AND affected.opens_at <= session.started_at AND affected.closes_at > session.started_at
UNION ALL
SELECT session_key, started_at, (started_at AT TIME ZONE (SELECT reporting_zone()))::DATE
FROM ${sessions}
