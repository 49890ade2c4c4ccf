-- On a shared device the second user takes over what the first one did.
-- Reports: PostHog/posthog #381; PostHog/posthog-js PR #524; fastrepl/anarlog PR #6523;
-- segmentio/analytics-ios #731; huboard/huboard-web PR #254.

-- The user of the order's own event.
SELECT user_id FROM clickstream_orders WHERE order_id = 'R035-1';
--> r035-an

-- The last user of the session.
SELECT user_id FROM clickstream_sessions WHERE visitor_id = 'c:r035';
--> r035-binh

-- A guest's order does not belong to a later user.
SELECT user_id FROM clickstream_orders WHERE order_id = 'R035-2';
--> NULL
