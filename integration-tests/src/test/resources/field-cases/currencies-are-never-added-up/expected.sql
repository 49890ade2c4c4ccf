-- Orders in two currencies are added up to one number.
-- Reports: mailchimp/mc-magento2 #395; woocommerce/woocommerce #38250;
-- superformlabs/ga4dataform-community #2.

-- A session with two currencies has no revenue of its own.
SELECT order_count, revenue_minor, currency FROM clickstream_sessions WHERE client_id = 'money';
--> 2|NULL|NULL

-- A day has one row per currency.
SELECT currency, orders, revenue_minor FROM revenue_daily
WHERE day = '2026-11-12' ORDER BY currency;
--> EUR|1|2300
--> SEK|1|4200
