-- Each order without bots has one row: that of its first event.
SELECT order_id, firsts.event_id, placed.event_id AS stored
FROM (
  SELECT DISTINCT ON (coalesce(event.order_id, event.event_id::TEXT))
    coalesce(event.order_id, event.event_id::TEXT) AS order_id, event.event_id
  FROM clickstream_events AS event JOIN clickstream_sessions AS session USING (session_key)
  WHERE event.canonical_name = 'checkout_complete' AND NOT session.is_bot
  ORDER BY 1, event.occurred_at, event.event_id) AS firsts
FULL JOIN clickstream_orders AS placed USING (order_id)
WHERE firsts.event_id IS DISTINCT FROM placed.event_id
