-- Facebook and facebook are two sources in two channels.
-- Reports: plausible/analytics #393; TryGhost/Ghost #20506.

-- The channel is the same; the source stays as sent, as in GA4.
SELECT string_agg(DISTINCT default_channel_group, ','), count(DISTINCT source)
FROM clickstream_sessions WHERE client_id LIKE 'letters-%';
--> Organic Social|3
