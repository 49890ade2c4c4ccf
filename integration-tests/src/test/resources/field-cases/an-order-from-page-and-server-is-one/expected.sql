-- The page and the back end both report an order, in different number formats, and it counts
-- twice.
-- Reports: elgentos/magento2-serversideanalytics #5.

-- It is one order, of a person.
SELECT count(*), sum(placed.revenue_minor), bool_or(visit.is_bot)
FROM clickstream_orders AS placed JOIN clickstream_sessions AS visit USING (session_key)
WHERE placed.order_id = 'BOTH-1';
--> 1|175|f
