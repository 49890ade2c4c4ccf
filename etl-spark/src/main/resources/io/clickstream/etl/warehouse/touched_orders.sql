-- Orders of stored events in the affected ranges, and of the events that are inserted.
-- OFFSET 0 makes the planner read events range by range, see session_input.sql.
SELECT coalesce(event.order_id, event.event_id::TEXT) AS order_id
FROM ${affected_ranges} affected
CROSS JOIN LATERAL (
  SELECT * FROM clickstream_events stored
  WHERE stored.visitor_id = affected.visitor_id AND stored.canonical_name = 'checkout_complete'
    AND stored.occurred_at >= affected.opens_at AND stored.occurred_at < affected.closes_at
  OFFSET 0) event
UNION
SELECT coalesce(event.order_id, event.event_id::TEXT)
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
WHERE resolution.wins AND event.canonical_name = 'checkout_complete'
