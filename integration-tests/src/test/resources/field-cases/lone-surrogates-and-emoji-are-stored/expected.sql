-- Half an emoji, cut by a form, stops the load.
-- Reports: PostHog/posthog #17792; getsentry/sentry #10752; superloglabs/superlog #117.

-- A lone half becomes U+FFFD, and a whole emoji stays.
SELECT page_title, context_product_name FROM event_details WHERE client_id = 'emoji';
--> cut �|💻 👩‍💻
