-- Grain: one row per stored event that a new erasure request matches, with the first such request.
-- All events of visitor c:<id> have that client id, so clients are found by the sessions' visitors.
-- OFFSET 0 makes the planner read events session by session, see session_input.sql.
-- A kind that no request has costs nothing: its condition is evaluated before the scan.
SELECT DISTINCT ON (event_id) event_id, session_key, request_id
FROM (
  SELECT event.event_id, event.session_key, visitor.request_id
  FROM (
    SELECT known.visitor_id, erased.request_id, erased.received_before
    FROM (
      SELECT DISTINCT visitor_id FROM clickstream_sessions
      WHERE starts_with(visitor_id, 'c:')
        AND EXISTS (SELECT FROM ${erased_ids} wanted WHERE wanted.kind = 'client')) known
    JOIN ${erased_ids} erased
      ON erased.kind = 'client'
        AND erased.id = encode(sha256(convert_to(substr(known.visitor_id, 3), 'UTF8')), 'hex')
    UNION ALL
    SELECT 'c:sha256:' || erased.id, erased.request_id, erased.received_before
    FROM ${erased_ids} erased
    WHERE erased.kind = 'client') visitor
  JOIN clickstream_sessions session USING (visitor_id)
  CROSS JOIN LATERAL (
    SELECT * FROM clickstream_events stored
    WHERE stored.session_key = session.session_key OFFSET 0) event
  WHERE event.event_timestamp < visitor.received_before
  UNION ALL
  SELECT event.event_id, event.session_key, erased.request_id
  FROM clickstream_events event
  JOIN ${erased_ids} erased
    ON erased.kind = 'user'
      AND erased.id = encode(sha256(convert_to(event.user_id, 'UTF8')), 'hex')
      AND event.event_timestamp < erased.received_before
  WHERE event.user_id IS NOT NULL
    AND EXISTS (SELECT FROM ${erased_ids} wanted WHERE wanted.kind = 'user')
  UNION ALL
  SELECT event.event_id, event.session_key, erased.request_id
  FROM clickstream_events event
  JOIN ${erased_ids} erased
    ON erased.kind = 'user' AND erased.id = substr(event.user_id, 8)
      AND event.event_timestamp < erased.received_before
  WHERE starts_with(event.user_id, 'sha256:')
    AND EXISTS (SELECT FROM ${erased_ids} wanted WHERE wanted.kind = 'user')
  UNION ALL
  SELECT event.event_id, event.session_key, erased.request_id
  FROM (
    SELECT id::UUID AS event_id, request_id, received_before
    FROM ${erased_ids} WHERE kind = 'event' OFFSET 0) erased
  JOIN clickstream_events event
    ON erased.event_id = event.event_id AND erased.received_before > event.event_timestamp
  UNION ALL
  SELECT event.event_id, event.session_key, erased.request_id
  FROM (
    SELECT id, substring(id FROM '(?:event|batch)-([0-9a-f-]{36})\.')::UUID AS raw_id, request_id
    FROM ${erased_ids} WHERE kind = 'object' OFFSET 0) erased
  JOIN clickstream_events event
    ON erased.raw_id = event.raw_id
      AND erased.id IN (
        raw_object_key(event.raw_hour, event.raw_id, event.raw_line),
        split_part(raw_object_key(event.raw_hour, event.raw_id, event.raw_line), '#', 1))
  WHERE EXISTS (SELECT FROM ${erased_ids} wanted WHERE wanted.kind = 'object')) matched
ORDER BY event_id, request_id
