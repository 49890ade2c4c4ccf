-- Orders come without items, or with items of which one has no price.
-- Reports: snowplow/snowplow-ruby-tracker #143; rudderlabs/rudder-transformer PR #1845.

-- The value as sent; lines are not needed.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R009-valueonly';
--> 1000

-- Neither a value nor a price is known.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R009-noprice';
--> NULL

-- A sum with an unknown part is unknown.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R009-half';
--> NULL

-- A value of 0 was sent.
SELECT revenue_minor FROM clickstream_orders WHERE order_id = 'R009-free';
--> 0
