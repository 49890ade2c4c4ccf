-- An ad's link carries gclid and only utm_source: the paid click is counted as organic.
-- Reports: Velir/dbt-ga4 #68; Velir/dbt-ga4 #302; PostHog/posthog PR #86141; umami-software/umami
-- #3264; llooker/ga_four_block_dev #9.

-- A click id outweighs the mere name of a campaign; parameter names ignore case.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r027-gclid';
--> google|cpc|Paid Search

-- The source agrees with the click id and names no medium, so the click is paid.
SELECT default_channel_group FROM clickstream_sessions WHERE visitor_id = 'c:r027-half';
--> Paid Search
