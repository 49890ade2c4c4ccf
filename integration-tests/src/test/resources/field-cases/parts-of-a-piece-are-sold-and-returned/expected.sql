-- A shop that sells by weight has no revenue, or whole kilograms; what comes back is sold again.
-- Reports: woocommerce/woocommerce-android PR #4267; shuup/shuup PR #616;
-- bigcommerce/docs #512.

-- Quantity times price, rounded once per order.
SELECT order_id, revenue_minor FROM clickstream_orders
WHERE order_id LIKE 'KILO-%' ORDER BY order_id;
--> KILO-1|9400
--> KILO-2|-8400
--> KILO-3|1

-- Returned pieces do not count as sold.
SELECT product_id, trim_scale(sum(quantity)) FROM clickstream_order_lines
WHERE order_id LIKE 'KILO-%' GROUP BY product_id ORDER BY product_id;
--> kilo-rice|0
--> kilo-tea|2

SELECT revenue_minor FROM clickstream_sessions WHERE client_id = 'kilo';
--> 1001
