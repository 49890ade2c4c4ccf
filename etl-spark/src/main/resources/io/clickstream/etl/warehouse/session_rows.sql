-- Grain: one row per computed session, with what PostgreSQL adds to it.
-- origin_of() runs once per origin instead of once per session: many sessions have the same origin.
-- PostgreSQL computes every reporting day: the time zones of Java may be of another version.
WITH computed AS MATERIALIZED (
  SELECT DISTINCT ON (session_key)
    *, ROW(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host)::TEXT AS origin
  FROM ${sessions}
  ORDER BY session_key
),

origins AS MATERIALIZED (
  SELECT one.origin, rule.source, rule.medium, rule.channel
  FROM (
    SELECT DISTINCT origin, utm_source, utm_medium, utm_campaign, click_id_type, referrer_host
    FROM computed) one
  CROSS JOIN LATERAL origin_of(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host) rule
)

SELECT
  ${session_columns}, (started_at AT TIME ZONE :reporting_zone)::DATE AS session_date, source, medium,
  channel AS default_channel_group
FROM computed
JOIN origins USING (origin)
ORDER BY session_key
