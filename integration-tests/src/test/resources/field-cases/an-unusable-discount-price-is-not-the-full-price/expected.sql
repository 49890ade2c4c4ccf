-- A discounted price with a thousands separator is dropped, and the full price counts as revenue.
-- Reports: bigcommerce/checkout-sdk-js PR #999; yireo-magento1/Yireo_GoogleTagManager PR #97;
-- matomo-org/matomo #21392.

-- An unusable discounted price makes the order's sum unknown; a blank one is absent.
SELECT order_id, revenue_minor FROM clickstream_orders
WHERE order_id LIKE 'SALE-%' ORDER BY order_id;
--> SALE-blank|40005
--> SALE-comma|NULL
--> SALE-dots|NULL
--> SALE-price|12990
--> SALE-snake|30000
--> SALE-value|30000

-- Only the line itself is unknown.
SELECT product_id, revenue_minor FROM clickstream_order_lines
WHERE order_id = 'SALE-comma' ORDER BY line;
--> a|NULL
--> b|10
