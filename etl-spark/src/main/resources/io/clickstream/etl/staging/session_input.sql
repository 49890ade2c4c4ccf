-- Grain: one row per event or continued session. The winners of the slice, the stored events of the
-- affected ranges without the replaced ones, and the stored sessions that are continued there.
-- The stored events of a range are those of the sessions that start in it. A continued session is
-- read as one row.
-- OFFSET 0 makes the planner read events session by session. Without statistics, as in a warehouse
-- just filled, it would join the tables in an order that reads all events.
SELECT ${event_columns}
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
CROSS JOIN LATERAL ${order_total} total -- noqa: AL05
WHERE resolution.wins
UNION ALL
SELECT ${event_columns}
FROM ${affected_ranges} affected
JOIN clickstream_sessions session
  ON affected.visitor_id = session.visitor_id
    AND affected.reads_from <= session.started_at AND affected.closes_at > session.started_at
CROSS JOIN LATERAL (
  SELECT * FROM event_details stored
  WHERE stored.session_key = session.session_key OFFSET 0) event
CROSS JOIN LATERAL ${order_total} total -- noqa: AL05
WHERE NOT EXISTS (
  SELECT FROM ${resolutions} resolution
  WHERE resolution.wins AND resolution.stored_raw_object_key IS NOT NULL
    AND resolution.event_id = event.event_id)
UNION ALL
SELECT ${continued_columns}
FROM ${affected_ranges} affected
JOIN clickstream_sessions session ON affected.continued_session_key = session.session_key
CROSS JOIN LATERAL ${continued_session} continued -- noqa: AL05
