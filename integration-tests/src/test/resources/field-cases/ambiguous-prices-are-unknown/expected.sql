-- Prices come as the text on the page, with the separators of the language; 12.990 ₫ becomes 13.
-- Reports: jez500/pricebuddy #173; yireo-magento1/Yireo_GoogleTagManager PR #97;
-- PrestaShop/ganalytics PR #105; matomo-org/matomo-sdk-android #243;
-- tiktok/tiktok-business-android-sdk #15; jef/streetmerchant PR #2152.

-- A price is a JSON number, or text that is one, rounded half up.
SELECT string_agg(substr(client_id, 6) || '=' || coalesce(context_product_price::TEXT, ''),
  ',' ORDER BY client_id)
FROM clickstream_events
WHERE client_id LIKE 'r033-%' AND client_id <> 'r033-vi';
--> bool=,de=,en=,exp=12990,float=11,huge=,minus=-5,sign=,text=12990,vi2=

-- One separator before exactly three digits is ambiguous.
SELECT coalesce(context_product_price::TEXT, 'NULL')
FROM clickstream_events
WHERE client_id = 'r033-vi';
--> NULL
