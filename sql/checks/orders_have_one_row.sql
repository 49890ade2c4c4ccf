-- Each order of people is one row, that of its first event.
SELECT order_id, firsts.event_id, placed.event_id AS stored
FROM (
  SELECT DISTINCT ON (coalesce(event.order_id, event.event_id::TEXT))
    coalesce(event.order_id, event.event_id::TEXT) AS order_id, event.event_id
  FROM clickstream_events event JOIN clickstream_sessions session USING (session_key)
  WHERE event.event_name = 'checkout_complete' AND NOT session.is_bot
  ORDER BY 1, event.occurred_at, event.event_id) firsts
FULL JOIN clickstream_orders placed USING (order_id)
WHERE firsts.event_id IS DISTINCT FROM placed.event_id
