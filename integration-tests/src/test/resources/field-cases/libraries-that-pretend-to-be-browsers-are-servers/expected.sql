-- The default user agent of a server's tracking library is taken for a bot or for a desktop
-- browser.
-- Reports: umami-software/node #1; owid/owid-grapher PR #6603.

-- The order counts, its sender is a server, and a server's view is not a page view.
SELECT is_bot, device_category, page_view_count, order_count, revenue_minor
FROM clickstream_sessions WHERE client_id = 'pretend';
--> f|desktop|1|1|9

SELECT client_id, device_category FROM clickstream_events
WHERE client_id IN ('pretend', 'plain') ORDER BY occurred_at;
--> pretend|desktop
--> pretend|server
--> pretend|server
--> plain|desktop
