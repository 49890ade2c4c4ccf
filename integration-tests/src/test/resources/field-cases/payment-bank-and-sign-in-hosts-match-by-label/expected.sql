-- Subdomains of banks, payment providers and sign-in services are reported as referrers.
-- Reports: matomo-org/matomo #19657; matomo-org/matomo #18612; irazasyed/laravel-gamp #40.

-- Hosts count by their labels and registered domains, and sign-in pages by their paths.
SELECT count(*), count(*) FILTER (WHERE default_channel_group = 'Direct')
FROM clickstream_sessions WHERE client_id LIKE 'way-in-%';
--> 14|14

-- A part of a label, a registered domain and other paths are no such host.
SELECT string_agg(coalesce(referrer_host, ''), ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'way-out-%';
--> pay-reviews.zalo.me,login.vn,facebank.example,id.pinterest.com,facebook.com,blog.example
