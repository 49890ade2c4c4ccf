-- A back end's event before the visitor's first page gives the session its source and landing page.
-- Reports: br33f/php-GA4-Measurement-Protocol #32 and #33.

-- The visitor's own first event is the touch and the landing page.
SELECT source, default_channel_group, landing_page_path, exit_page_path, event_count, order_count
FROM clickstream_sessions WHERE client_id = 'reported-first';
--> google.com|Organic Search|/p/1|/p/1|2|1

-- A session of a back end alone has neither.
SELECT source, default_channel_group, landing_page_path, referrer
FROM clickstream_sessions WHERE client_id = 'reported-only';
--> (direct)|Direct|NULL|NULL
