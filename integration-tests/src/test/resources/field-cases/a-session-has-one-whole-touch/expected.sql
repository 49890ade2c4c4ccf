-- The first value of each column by itself puts a campaign together that nobody ran: the source
-- of one link, the medium and name of another.
-- Reports: Velir/dbt-ga4 PR #138; superformlabs/ga4dataform-community PR #9;
-- databuddy-analytics/Databuddy PR #744; umami-software/umami #3535; Velir/dbt-ga4 PR #28.

-- All campaign columns come from one event.
SELECT utm_source, utm_medium, utm_campaign, utm_term
FROM clickstream_sessions
WHERE visitor_id = 'c:r024-a';
--> newsletter|NULL|NULL|NULL

-- The medium of another link does not count.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r024-a';
--> newsletter|(not set)|Unassigned

-- The campaign of another link does not count.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r024-b';
--> zalo|social|Organic Social
