-- Purchases that the shop's server sends are all attributed to Direct.
-- Reports: br33f/php-GA4-Measurement-Protocol #32 and #33.

-- The order is in the visit and has its channel.
SELECT placed.order_id, placed.channel, placed.revenue_minor, session.event_count, session.is_bot
FROM clickstream_orders AS placed JOIN clickstream_sessions AS session USING (session_key)
WHERE placed.order_id = 'BACKEND-1';
--> BACKEND-1|Organic Search|50|3|f

SELECT touch, touches, channel, linear_minor FROM order_touches WHERE order_id = 'BACKEND-1';
--> 1|1|Organic Search|50

-- The funnel has all of its steps but the cart.
SELECT open_steps FROM session_funnels JOIN clickstream_sessions USING (session_key)
WHERE client_id = 'backend' AND funnel = 'purchase';
--> {1,3,4}
