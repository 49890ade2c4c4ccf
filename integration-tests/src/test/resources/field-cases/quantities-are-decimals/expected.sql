-- Clients in Java, Kotlin or C# write the whole number 2 as 2.0, and shops sell 1.5 kg; a reader
-- that wants digits only loses the quantity.
-- Reports: kamikat/moshi-jsonapi #1; ShipEngine/shipengine-dotnet #49;
-- woocommerce/woocommerce-ios #662; mailchimp/mc-woocommerce #259;
-- tiktok/tiktok-business-android-sdk #15.

-- An integer counts.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R007-int';
--> 200

-- Text of digits counts.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R007-text';
--> 200

-- 2.0 is the number 2.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R007-double';
--> 200

-- Text of 2.0 is the number 2.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R007-doubletext';
--> 200

-- Goods are sold by weight too.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R007-part';
--> 150
