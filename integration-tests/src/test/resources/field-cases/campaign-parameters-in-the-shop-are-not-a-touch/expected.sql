-- A banner on the shop's own page with utm parameters takes over a visit that a search engine
-- brought.
-- Reports: mozilla/addons-frontend #10272; department-of-veterans-affairs/va.gov-team #5013;
-- Openpanel-dev/openpanel #17; PostHog/posthog #7710.

-- The search brought the visit.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r025-a';
--> google.com|organic|Organic Search
