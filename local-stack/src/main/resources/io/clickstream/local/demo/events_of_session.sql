-- Grain: one row per event of a session. Tabs are numbered by their first event.
SELECT to_char(occurred_at AT TIME ZONE :zone, 'HH24:MI:SS'),
  dense_rank() OVER (ORDER BY tab_order), event_name,
  coalesce(context_product_name, element ->> 'text', page_path),
  coalesce(order_value_minor, context_product_discount_price, context_product_price)
FROM (
  SELECT *, min(occurred_at) OVER (PARTITION BY session_id) AS tab_order
  FROM event_details WHERE session_key = :session_key::UUID) events
ORDER BY occurred_at, event_id
