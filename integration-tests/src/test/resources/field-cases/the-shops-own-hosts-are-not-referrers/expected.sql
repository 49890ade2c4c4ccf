-- The shop's own domain is in the list of referrers.
-- Reports: vercel/analytics #42; milesmcc/shynet #26; umami-software/umami #1347.

-- Only the other site is a referrer.
SELECT string_agg(client_id || '=' || coalesce(referrer_host, ''), ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'self-%';
--> self-other=other.example,self-port=,self-same=,self-upper=,self-www=
