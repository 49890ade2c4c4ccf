-- A script that reports an error by itself makes each visit engaged.
-- Reports: matomo-org/matomo #9199; plausible/community-edition #268.

-- Ten seconds with one page view are a bounce; a microsecond more is not.
SELECT client_id, is_bounce FROM clickstream_sessions
WHERE client_id LIKE 'bounce-%' ORDER BY client_id;
--> bounce-no|f
--> bounce-yes|t
