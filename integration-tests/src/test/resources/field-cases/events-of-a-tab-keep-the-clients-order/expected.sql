-- The time of reception includes how long the request was under way, so an event whose upload
-- stalls (in-app browsers, a cold start) is dated after what the visitor did later, and ordered
-- funnels lose the visitor.
-- Reports: PostHog/posthog #98250; PostHog/posthog-js #3808 (comment of 2026-08-16);
-- PostHog/posthog PR #103191; PostHog/posthog #1836.

-- occurred_at follows its rule and turns the events around.
SELECT string_agg(event_name || ' ' || to_char(occurred_at AT TIME ZONE 'UTC', 'MI:SS.MS'),
  ',' ORDER BY occurred_at)
FROM clickstream_events
WHERE client_id = 'r017';
--> add_to_cart_click 00:10.060,product_view 00:25.390

-- The tab's own clock orders the steps of a session.
SELECT event_names::TEXT FROM session_steps WHERE visitor_id = 'c:r017';
--> {product_view,add_to_cart_click}

-- The visitor took both steps.
SELECT cardinality(step_at)
FROM session_funnels
WHERE visitor_id = 'c:r017' AND funnel = 'purchase';
--> 2

-- A cold start does not hide a step either.
SELECT cardinality(step_at)
FROM session_funnels
WHERE visitor_id = 'c:r017-cold' AND funnel = 'purchase';
--> 2
