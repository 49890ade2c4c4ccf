-- Placeholders of other languages (None, NaN, 0, NULL, a boolean false) are taken for ids and
-- melt strangers into one visitor.
-- Reports: PostHog/posthog.com PR #6056 (list of refused ids); PostHog/posthog #876;
-- danwilson/google-analytics-plugin #226; commonknowledge/leftbookclub #199.

-- Two orders with the id 0 are two orders.
SELECT count(*), sum(revenue_minor) FROM clickstream_orders WHERE visitor_id LIKE 'c:r002-o%';
--> 2|201

-- Each browser is a visitor of its own; r002 itself is one.
SELECT count(DISTINCT visitor_id)
FROM clickstream_events
WHERE session_id LIKE 'r002-_a' OR session_id LIKE 'r002-_b';
--> 17

-- A boolean is not a user id.
SELECT count(*) FROM clickstream_events WHERE visitor_id = 'u:false';
--> 0
