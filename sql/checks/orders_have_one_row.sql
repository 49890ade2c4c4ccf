-- Each order without bots has one row: that of its first claim. Signed claims come first, then
-- those received first; 1,000 claims count. Orders of the closed period are final.
SELECT order_id, firsts.event_id, placed.event_id AS stored
FROM (
  SELECT DISTINCT ON (claim.order_id) claim.order_id, claim.event_id, claim.occurred_at
  FROM (
    SELECT *,
      row_number() OVER (
        PARTITION BY order_id
        ORDER BY is_signed DESC, event_timestamp ASC, event_id ASC) AS place
    FROM (
      SELECT event_id, session_key, is_signed, event_timestamp, occurred_at,
        coalesce(order_id, event_id::TEXT) AS order_id
      FROM clickstream_events
      WHERE canonical_name = 'checkout_complete') AS event) AS claim
  JOIN clickstream_sessions AS session USING (session_key)
  WHERE claim.place <= 1000 AND NOT session.is_bot
  ORDER BY claim.order_id, claim.place) AS firsts
FULL JOIN clickstream_orders AS placed USING (order_id)
WHERE firsts.event_id IS DISTINCT FROM placed.event_id
  AND coalesce(placed.ordered_at, firsts.occurred_at) >= closed_before()
