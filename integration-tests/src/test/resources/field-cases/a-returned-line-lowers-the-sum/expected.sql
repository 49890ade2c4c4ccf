-- A return inside an order is a line with a negative quantity; it must lower the sum, and never
-- raise it.
-- Reports: peaksandpies/universal-analytics #51; rudderlabs/rudder-transformer PR #5552;
-- braze-inc/braze-docs PR #6687; woocommerce/woocommerce #22561.

-- 2 x 500 - 1 x 300.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R008-mixed';
--> 700

-- The line keeps its sign.
SELECT quantity FROM clickstream_order_lines WHERE order_id = 'R008-mixed' AND product_id = 'back';
--> -1

-- Of an order value below 0, the lines count.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R008-value';
--> -300

-- The line agrees with its order.
SELECT sum(revenue_minor) FROM clickstream_order_lines WHERE product_id = 'back2';
--> -300
