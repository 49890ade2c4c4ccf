-- Crawlers that name a phone or a Mac are counted as people.
-- Reports: ua-parser/uap-core #549; logstash-plugins/logstash-filter-useragent #82;
-- matomo-org/device-detector #5378.

-- All of them are bots, and the phone is not.
SELECT string_agg(client_id, ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'crawler-%' AND is_bot;
--> crawler-0,crawler-1,crawler-2,crawler-3,crawler-4

-- A bot session has the device category bot.
SELECT DISTINCT device_category FROM clickstream_sessions WHERE client_id LIKE 'crawler-_';
--> bot
