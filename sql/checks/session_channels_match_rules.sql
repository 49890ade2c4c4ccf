-- Source, medium and channel of each session are those of the rule tables.
WITH origins AS MATERIALIZED (
  SELECT one.origin, rule.source, rule.medium, rule.channel
  FROM (
    SELECT DISTINCT utm_source, utm_medium, utm_campaign, click_id_type, referrer_host,
      ROW(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host)::TEXT AS origin
    FROM clickstream_sessions) AS one
  CROSS JOIN LATERAL origin_of(
    one.utm_source, one.utm_medium, one.utm_campaign, one.click_id_type, one.referrer_host) AS rule)
SELECT session.session_key, session.source, session.medium, session.default_channel_group,
  origins.source, origins.medium, origins.channel
FROM clickstream_sessions AS session
JOIN origins
  ON origins.origin = ROW(
    session.utm_source, session.utm_medium, session.utm_campaign, session.click_id_type,
    session.referrer_host)::TEXT
WHERE (session.source, session.medium, session.default_channel_group)
  <> (origins.source, origins.medium, origins.channel)
