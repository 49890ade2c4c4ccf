-- An order total written for people is read as a small number, or left out of the sum without a
-- sign.
-- Reports: wp-e-commerce/WP-e-Commerce #1014; OpenMage/magento-lts PR #3366.

-- A sum with an unknown part is unknown. Lines do not replace a total that was sent. A thank-you
-- page that is opened again without its amount changes nothing.
SELECT client_id, order_count, revenue_minor, currency
FROM clickstream_sessions WHERE client_id LIKE 'known-_' ORDER BY client_id;
--> known-a|2|NULL|NULL
--> known-b|1|NULL|NULL
--> known-c|1|NULL|NULL
--> known-d|1|5|VND

-- Each known order keeps its value.
SELECT order_id, revenue_minor FROM clickstream_orders
WHERE order_id LIKE 'KNOWN-%' ORDER BY order_id;
--> KNOWN-1|1000
--> KNOWN-2|NULL
--> KNOWN-3|NULL
--> KNOWN-4|NULL
--> KNOWN-5|5
