-- A link with UTM_SOURCE in capital letters has no source, and one with only a medium is direct.
-- Reports: medius/utm_form #8; marcelscruz/dev-resources #1216.

-- The values stay as sent.
SELECT client_id, utm_source, utm_medium, click_id FROM clickstream_sessions
WHERE client_id LIKE 'case-_' ORDER BY client_id;
--> case-a|foo|Email|NULL
--> case-b|NULL|dev-resources|NULL
--> case-c|NULL|NULL|x1
--> case-d|late|NULL|NULL

-- Channels ignore the case of a medium.
SELECT client_id, source, default_channel_group FROM clickstream_sessions
WHERE client_id IN ('case-a', 'case-c') ORDER BY client_id;
--> case-a|foo|Email
--> case-c|google|Paid Search
