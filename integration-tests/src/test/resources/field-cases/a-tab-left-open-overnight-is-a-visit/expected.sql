-- A visit that begins with a link inside the shop is missing in the counts by device and source.
-- Reports: tinybirdco/web-analytics-starter-kit #90.

-- Both visits have a device; the second one is Direct.
SELECT device_category, default_channel_group FROM clickstream_sessions
WHERE client_id = 'overnight' ORDER BY started_at;
--> desktop|Organic Search
--> desktop|Direct
