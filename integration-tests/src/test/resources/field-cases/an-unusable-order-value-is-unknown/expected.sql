-- A value that cannot be read is replaced by the sum of the lines, without discount and delivery.
-- Reports: analytics-debugger/google-analytics-4-for-amp #23.

-- The sum of the lines counts for an absent value, and for one below 0, which is a return's.
SELECT order_id, revenue_minor FROM clickstream_orders
WHERE order_id LIKE 'VALUE-%' ORDER BY order_id;
--> VALUE-ABSENT|70
--> VALUE-AMBIGUOUS|NULL
--> VALUE-BLANK|70
--> VALUE-NEGATIVE|70
--> VALUE-TEXT|NULL
--> VALUE-USABLE|60

-- The session's revenue is unknown with it, also if it is continued.
SELECT order_count, revenue_minor FROM clickstream_sessions WHERE client_id = 'values';
--> 6|NULL
