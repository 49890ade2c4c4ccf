-- A thank-you page that is opened again, on the next day too, counts as another purchase.
-- Reports: facebook/facebook-for-woocommerce #4047;
-- woocommerce/woocommerce-google-analytics-integration #120; django-oscar/django-oscar #2413.

-- The order is on its first day only.
SELECT count(*), min(order_date), sum(revenue_minor)
FROM clickstream_orders
WHERE order_id = 'THANKS-1';
--> 1|2026-11-17|1794
