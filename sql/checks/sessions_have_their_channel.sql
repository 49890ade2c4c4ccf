-- The channel of a session is what the rules say now.
WITH origins AS MATERIALIZED (
  SELECT origin, (origin_of(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host)).channel
  FROM (
    SELECT DISTINCT utm_source, utm_medium, utm_campaign, click_id_type, referrer_host,
      ROW(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host)::TEXT AS origin
    FROM clickstream_sessions) one)
SELECT session.session_key, session.default_channel_group, origins.channel
FROM clickstream_sessions session
JOIN origins
  ON origins.origin = ROW(session.utm_source, session.utm_medium, session.utm_campaign, session.click_id_type, session.referrer_host)::TEXT
WHERE session.default_channel_group <> origins.channel
