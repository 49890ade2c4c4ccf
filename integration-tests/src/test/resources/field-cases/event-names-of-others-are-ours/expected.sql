-- Events under the names of GA4 or of an older tracker are in no report.
-- Reports: analytics-debugger/google-analytics-4-for-amp #23; shopware/shopware #9813.

-- The names stay as sent.
SELECT string_agg(event_name, ',' ORDER BY occurred_at)
FROM clickstream_events WHERE client_id = 'alias';
--> view_product,view_item,view_item_list,add_to_cart,remove_from_cart,begin_checkout,purchase

-- Counts use the canonical names.
SELECT page_view_count, product_view_count, add_to_cart_count, remove_from_cart_count,
checkout_start_count, checkout_complete_count, order_count, revenue_minor
FROM clickstream_sessions WHERE client_id = 'alias';
--> 3|2|1|1|1|1|1|70

-- The funnel uses the canonical names.
SELECT cardinality(step_at) FROM session_funnels
WHERE visitor_id = 'c:alias' AND funnel = 'purchase';
--> 4
