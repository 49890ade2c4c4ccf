-- Counts the removed rows for the requests that one run has applied together. A session counts if
-- no session has its key any more.
UPDATE etl_erasures applied SET
  events = counted.events,
  sessions = counted.sessions,
  duplicates = counted.duplicates,
  rejected = counted.rejected,
  returned = counted.returned
FROM (
  SELECT
    request_id, sum(events) AS events, sum(sessions) AS sessions, sum(duplicates) AS duplicates,
    sum(rejected) AS rejected, sum(returned) AS returned
  FROM (
    SELECT request_id, count(*) AS events, 0 AS sessions, 0 AS duplicates, 0 AS rejected,
      0 AS returned
    FROM ${matched_events} GROUP BY request_id
    UNION ALL
    SELECT request_id, 0, count(DISTINCT session_key), 0, 0, 0
    FROM ${matched_events} matched
    WHERE NOT EXISTS (
      SELECT FROM clickstream_sessions session WHERE session.session_key = matched.session_key)
    GROUP BY request_id
    UNION ALL
    SELECT request_id, 0, 0, count(*), 0, 0 FROM ${matched_duplicates} GROUP BY request_id
    UNION ALL
    SELECT request_id, 0, 0, 0, count(*), 0 FROM ${matched_rejected} GROUP BY request_id
    UNION ALL
    SELECT request_id, 0, 0, 0, 0, count(*) FROM etl_returning_records GROUP BY request_id) parts
  GROUP BY request_id) counted
WHERE applied.request_id = counted.request_id AND applied.run_id = :run_id
