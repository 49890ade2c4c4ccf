-- A link in an organic post carries fbclid, and the visit is counted as a paid ad.
-- Reports: umami-software/umami #4297.

-- Only the tagged link is paid.
SELECT string_agg(client_id || '=' || default_channel_group, ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'post-%';
--> post-organic=Organic Social,post-paid=Paid Social
