-- A direct visit that goes to a bank's 3-D Secure page or a sign-in page and comes back is booked
-- to the bank.
-- Reports: matomo-org/matomo #19657; matomo-org/matomo #18612; irazasyed/laravel-gamp #40;
-- guardian/frontend PR #17437; pug-sh/pug PR #95.

-- A payment gateway is not a referrer.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r026-gateway';
--> (direct)|(none)|Direct

-- The visit began without a referrer, so a bank does not bring it.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r026-bank';
--> (direct)|(none)|Direct

-- The same holds for a sign-in page.
SELECT source, medium, default_channel_group
FROM clickstream_sessions
WHERE visitor_id = 'c:r026-login';
--> (direct)|(none)|Direct
