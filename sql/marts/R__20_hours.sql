-- Marts by hour of the reporting zone. Each hour by itself: <mart>_of(hours) gives the rows of some of them.

SET LOCAL ROLE clickstream_owner;

CREATE SCHEMA IF NOT EXISTS recomputed;
GRANT USAGE ON SCHEMA recomputed TO clickstream_etl, clickstream_reader;
COMMENT ON SCHEMA recomputed IS 'What each mart is: a view of its name that computes it anew. A mart and its view are equal';

-- Where clocks are put by half an hour, an hour of the zone may be shorter than 60 minutes.
CREATE OR REPLACE FUNCTION events_of_hour(wanted TIMESTAMPTZ) RETURNS SETOF clickstream_events LANGUAGE sql STABLE AS
$$
  SELECT event.*
  FROM clickstream_events event
  WHERE event.occurred_at >= wanted AND event.occurred_at < wanted + interval '1 hour'
    AND date_trunc('hour', event.occurred_at, (SELECT reporting_zone FROM warehouse_settings)) = wanted
$$;

COMMENT ON FUNCTION events_of_hour IS 'Events that occurred in an hour of the reporting zone';

CREATE OR REPLACE FUNCTION traffic_hourly_of(hours TIMESTAMPTZ[]) RETURNS SETOF traffic_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, (wanted.hour AT TIME ZONE settings.reporting_zone)::DATE,
    traffic.events, traffic.page_views, traffic.visitors,
    visits.sessions, visits.engaged_sessions, visits.converted_sessions, traffic.bot_events, visits.bot_sessions
  FROM warehouse_settings settings
  CROSS JOIN unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT
      count(*) FILTER (WHERE NOT is_bot) AS events,
      count(*) FILTER (
        WHERE NOT is_bot AND event_name IN ('page_view', 'home_view', 'category_view', 'product_view')) AS page_views,
      count(DISTINCT visitor_id) FILTER (WHERE NOT is_bot) AS visitors,
      count(*) FILTER (WHERE is_bot) AS bot_events
    FROM events_of_hour(wanted.hour)) traffic
  CROSS JOIN LATERAL (
    SELECT
      count(*) FILTER (WHERE NOT is_bot) AS sessions,
      count(*) FILTER (WHERE NOT is_bot AND is_engaged) AS engaged_sessions,
      count(*) FILTER (WHERE NOT is_bot AND is_converted) AS converted_sessions,
      count(*) FILTER (WHERE is_bot) AS bot_sessions
    FROM clickstream_sessions
    WHERE started_at >= wanted.hour AND started_at < wanted.hour + interval '1 hour'
      AND date_trunc('hour', started_at, settings.reporting_zone) = wanted.hour) visits
  WHERE traffic.events + traffic.bot_events > 0
$$;

CREATE OR REPLACE FUNCTION event_hourly_of(hours TIMESTAMPTZ[]) RETURNS SETOF event_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, sha256(convert_to(named.event_name, 'UTF8')), named.login_state,
    (wanted.hour AT TIME ZONE settings.reporting_zone)::DATE, named.event_name, named.events, named.visitors
  FROM warehouse_settings settings
  CROSS JOIN unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT event_name,
      CASE WHEN user_login_state IN ('guest', 'logged_in') THEN user_login_state
        WHEN user_login_state IS NULL THEN 'unknown' ELSE 'other' END AS login_state,
      count(*) AS events, count(DISTINCT visitor_id) AS visitors
    FROM events_of_hour(wanted.hour)
    WHERE NOT is_bot
    GROUP BY 1, 2) named
$$;

CREATE OR REPLACE FUNCTION quality_hourly_of(hours TIMESTAMPTZ[]) RETURNS SETOF quality_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, (wanted.hour AT TIME ZONE settings.reporting_zone)::DATE, quality.*
  FROM warehouse_settings settings
  CROSS JOIN unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT count(*) AS events,
      count(*) FILTER (WHERE client_id IS NULL),
      count(*) FILTER (WHERE session_id IS NULL),
      count(*) FILTER (WHERE user_login_state IS NULL),
      count(*) FILTER (WHERE page_url IS NULL),
      count(*) FILTER (WHERE user_agent IS NULL),
      count(*) FILTER (WHERE event_name = 'unknown'),
      count(*) FILTER (WHERE is_product),
      count(*) FILTER (WHERE is_product AND context_product_id IS NULL),
      count(*) FILTER (WHERE is_product AND context_product_price IS NULL),
      count(*) FILTER (WHERE event_name = 'checkout_complete' AND order_value_minor IS NULL),
      count(*) FILTER (WHERE lag_ms >= 1000),
      percentile_disc(0.5) WITHIN GROUP (ORDER BY lag_ms),
      percentile_disc(0.95) WITHIN GROUP (ORDER BY lag_ms),
      count(*) FILTER (WHERE abs(extract(epoch FROM event_timestamp - sent_at)) > 60)
    FROM (
      SELECT *,
        event_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click') AS is_product,
        floor(extract(epoch FROM event_timestamp - occurred_at) * 1000)::BIGINT AS lag_ms,
        -- Only what is surely a time of this century: a cast that fails would fail the load.
        CASE WHEN properties ->> 'sentAt' ~ '^20[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$'
          THEN (properties ->> 'sentAt')::TIMESTAMPTZ END AS sent_at
      FROM events_of_hour(wanted.hour)) event) quality
  WHERE quality.events > 0
$$;

CREATE OR REPLACE FUNCTION all_hours() RETURNS TIMESTAMPTZ[] LANGUAGE sql STABLE AS
$$
  SELECT coalesce(array_agg(hour ORDER BY hour), '{}')
  FROM (
    SELECT DISTINCT date_trunc('hour', event.occurred_at, settings.reporting_zone) AS hour
    FROM clickstream_events event, warehouse_settings settings) present
$$;

COMMENT ON FUNCTION all_hours IS 'Hours of the reporting zone with an event';

CREATE OR REPLACE VIEW recomputed.traffic_hourly AS SELECT * FROM traffic_hourly_of(all_hours());
CREATE OR REPLACE VIEW recomputed.event_hourly AS SELECT * FROM event_hourly_of(all_hours());
CREATE OR REPLACE VIEW recomputed.quality_hourly AS SELECT * FROM quality_hourly_of(all_hours());
