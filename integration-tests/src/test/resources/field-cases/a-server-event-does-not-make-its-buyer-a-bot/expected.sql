-- An event that the back end sends has the HTTP client's user agent; the crawler list has some of
-- these, and the buyer is filtered out as a bot.
-- Reports: PostHog/posthog PR #60557; brsanthu/google-analytics-java #22;
-- GoogleCloudPlatform/cloud-code-intellij PR #818; arp242/goatcounter #706.

-- Four people bought.
SELECT string_agg(order_id, ',' ORDER BY order_id)
FROM clickstream_orders
WHERE order_id LIKE 'R013-%';
--> R013-0,R013-1,R013-2,R013-3

-- None of the buyers is a bot.
SELECT count(*) FROM clickstream_sessions WHERE visitor_id LIKE 'c:r013-%' AND is_bot;
--> 0
