-- Marts by hour of the reporting zone. <mart>_of(hours) computes the rows of some hours.
--
-- Mart             Grain: one row per                      Window: a row depends on
-- traffic_hourly   hour with an event                      events and session starts of the hour;
--                                                          volume bots
-- traffic_minutely minute with an event, of the latest     events of the minute; volume bots; the
--                  26 hours                                latest hour of traffic_hourly
-- event_hourly     hour, event name, login state           events of the hour; volume bots
-- quality_hourly   hour with an event                      events of the hour
-- property_hourly  hour, key of properties, value          events of the hour

SET LOCAL ROLE clickstream_owner;

CREATE SCHEMA IF NOT EXISTS mart_definitions;
GRANT USAGE ON SCHEMA mart_definitions TO clickstream_etl, clickstream_reader;
COMMENT ON SCHEMA mart_definitions IS
  'Definitions of the marts: each view computes the rows of the mart of its name.';

-- The first comparison is for the index clickstream_events_hour. An hour of a zone may begin at any
-- minute of an hour in UTC. Where clocks shift by half an hour, an hour of the zone may be shorter
-- than 60 minutes, at its beginning or its end. The second CASE branch recognizes a whole hour by
-- its first and last instant. CASE also hides the comparisons from the planner, which would
-- estimate few rows and then sort instead of hash.
CREATE OR REPLACE FUNCTION events_of_hour(wanted TIMESTAMPTZ)
RETURNS SETOF event_details LANGUAGE sql STABLE AS
$$
  SELECT event.*
  FROM event_details event
  WHERE date_trunc('hour', event.occurred_at AT TIME ZONE 'UTC')
      BETWEEN date_trunc('hour', wanted AT TIME ZONE 'UTC')
      AND date_trunc(
        'hour', (wanted + interval '1 hour' - interval '1 microsecond') AT TIME ZONE 'UTC')
    AND CASE
      WHEN event.occurred_at < wanted OR event.occurred_at >= wanted + interval '1 hour' THEN FALSE
      WHEN (SELECT date_trunc('hour', wanted, reporting_zone()) = wanted
        AND date_trunc(
          'hour', wanted + interval '1 hour' - interval '1 microsecond', reporting_zone()) = wanted)
        THEN TRUE
      ELSE date_trunc('hour', event.occurred_at, (SELECT reporting_zone())) = wanted END
$$;

COMMENT ON FUNCTION events_of_hour IS
  'Returns the events that occurred in an hour of the reporting zone.';

CREATE OR REPLACE FUNCTION volume_sessions(wanted TIMESTAMPTZ)
RETURNS TABLE (session_key UUID) LANGUAGE sql STABLE AS
$$
  -- No session is longer than 18 hours.
  SELECT session.session_key
  FROM clickstream_sessions session
  WHERE session.bot_reason = 'volume'
    AND session.started_at >= wanted - interval '18 hours'
    AND session.started_at < wanted + interval '1 hour'
$$;

COMMENT ON FUNCTION volume_sessions IS
  'Returns the sessions of bots by volume that may have events in an hour.';

CREATE OR REPLACE FUNCTION is_page_view(canonical_name TEXT, device_category TEXT)
RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT canonical_name IN ('page_view', 'home_view', 'category_view', 'product_view')
    AND device_category IS DISTINCT FROM 'server'
$$;

COMMENT ON FUNCTION is_page_view IS
  'Returns true if an event counts as a page view. An event that a server sent does not.';

CREATE OR REPLACE FUNCTION traffic_hourly_of(hours TIMESTAMPTZ[])
RETURNS SETOF traffic_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, (wanted.hour AT TIME ZONE reporting_zone())::DATE,
    traffic.events, traffic.page_views, traffic.visitors,
    visits.sessions, visits.engaged_sessions, visits.converted_sessions, traffic.bot_events,
    visits.bot_sessions
  FROM unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(events), 0)::BIGINT AS events,
      coalesce(sum(page_views), 0)::BIGINT AS page_views,
      count(*) FILTER (WHERE events > 0) AS visitors,
      coalesce(sum(bot_events), 0)::BIGINT AS bot_events
    FROM (
      SELECT visitor_id,
        count(*) FILTER (WHERE NOT is_bot) AS events,
        count(*) FILTER (WHERE NOT is_bot AND is_page_view(canonical_name, device_category))
          AS page_views,
        count(*) FILTER (WHERE is_bot) AS bot_events
      FROM (
        SELECT visitor_id, canonical_name, device_category,
          is_bot OR session_key IN (
            SELECT volume.session_key FROM volume_sessions(wanted.hour) AS volume) AS is_bot
        FROM events_of_hour(wanted.hour)
        OFFSET 0) event
      GROUP BY visitor_id) visitor) traffic
  CROSS JOIN LATERAL (
    SELECT
      count(*) FILTER (WHERE NOT is_bot) AS sessions,
      count(*) FILTER (WHERE NOT is_bot AND is_engaged) AS engaged_sessions,
      count(*) FILTER (WHERE NOT is_bot AND is_converted) AS converted_sessions,
      count(*) FILTER (WHERE is_bot) AS bot_sessions
    FROM clickstream_sessions
    WHERE started_at >= wanted.hour AND started_at < wanted.hour + interval '1 hour'
      AND date_trunc('hour', started_at, (SELECT reporting_zone())) = wanted.hour) visits
  WHERE traffic.events + traffic.bot_events > 0
$$;

-- 26 hours: a wrong clock gives an event a time of at most 24 hours after the hour of its object.
-- The half hour before the right time is kept then, too.
CREATE OR REPLACE FUNCTION latest_hours() RETURNS TIMESTAMPTZ[] LANGUAGE sql STABLE AS
$$
  SELECT ARRAY(
    SELECT traffic.hour
    FROM traffic_hourly traffic
    WHERE traffic.hour > (SELECT max(latest.hour) FROM traffic_hourly latest) - interval '26 hours'
    ORDER BY traffic.hour)
$$;

COMMENT ON FUNCTION latest_hours IS
  'Returns the hours that traffic_minutely has: the latest hour with an event, and of the 25 hours'
  ' before it those with an event.';

CREATE OR REPLACE FUNCTION traffic_minutely_of(hours TIMESTAMPTZ[])
RETURNS SETOF traffic_minutely LANGUAGE sql STABLE AS
$$
  SELECT counted.minute, wanted.hour, counted.events, counted.bot_events
  FROM unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT event.minute, count(*) FILTER (WHERE NOT event.is_bot) AS events,
      count(*) FILTER (WHERE event.is_bot) AS bot_events
    FROM (
      SELECT date_trunc('minute', occurred_at, 'UTC') AS minute,
        is_bot OR session_key IN (
          SELECT volume.session_key FROM volume_sessions(wanted.hour) AS volume) AS is_bot
      FROM events_of_hour(wanted.hour)
      OFFSET 0) event
    GROUP BY event.minute) counted
$$;

CREATE OR REPLACE FUNCTION event_hourly_of(hours TIMESTAMPTZ[])
RETURNS SETOF event_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, sha256(convert_to(named.event_name, 'UTF8')), named.login_state,
    (wanted.hour AT TIME ZONE reporting_zone())::DATE, named.event_name, named.events,
    named.visitors
  FROM unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT event_name, login_state, sum(events)::BIGINT AS events, count(*) AS visitors
    FROM (
      SELECT canonical_name AS event_name,
        CASE WHEN user_login_state IN ('guest', 'logged_in') THEN user_login_state
          WHEN user_login_state IS NULL THEN 'unknown' ELSE 'other' END AS login_state,
        visitor_id, count(*) AS events
      FROM events_of_hour(wanted.hour)
      WHERE NOT is_bot
        AND session_key NOT IN (
          SELECT volume.session_key FROM volume_sessions(wanted.hour) AS volume)
      GROUP BY 1, 2, 3) visitor
    GROUP BY event_name, login_state) named
$$;

CREATE OR REPLACE FUNCTION quality_hourly_of(hours TIMESTAMPTZ[])
RETURNS SETOF quality_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour, (wanted.hour AT TIME ZONE reporting_zone())::DATE, quality.events,
    quality.without_client_id,
    quality.without_session_id, quality.without_login_state, quality.without_page_url,
    quality.without_user_agent,
    quality.unknown_names, quality.product_events, quality.without_product_id,
    quality.without_product_price,
    quality.orders_without_value, quality.queued_events, quality.lags[1], quality.lags[2],
    quality.skewed_clocks
  FROM unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT count(*) AS events,
      count(*) FILTER (WHERE client_id IS NULL) AS without_client_id,
      count(*) FILTER (WHERE session_id IS NULL) AS without_session_id,
      count(*) FILTER (WHERE user_login_state IS NULL) AS without_login_state,
      count(*) FILTER (WHERE page_url IS NULL) AS without_page_url,
      count(*) FILTER (WHERE user_agent IS NULL) AS without_user_agent,
      count(*) FILTER (WHERE canonical_name = 'unknown') AS unknown_names,
      count(*) FILTER (WHERE is_product) AS product_events,
      count(*) FILTER (WHERE is_product AND context_product_id IS NULL) AS without_product_id,
      count(*) FILTER (WHERE is_product AND context_product_price IS NULL) AS without_product_price,
      count(*) FILTER (WHERE canonical_name = 'checkout_complete' AND order_value_minor IS NULL)
        AS orders_without_value,
      count(*) FILTER (WHERE lag_ms >= 1000) AS queued_events,
      percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY lag_ms) AS lags,
      count(*) FILTER (
        WHERE event_timestamp - sent_at NOT BETWEEN interval '-1 minute' AND interval '1 minute')
        AS skewed_clocks
    FROM (
      SELECT *,
        canonical_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click')
          AS is_product,
        -- Exact: both times are whole microseconds.
        round(date_part('epoch', event_timestamp - occurred_at) * 1000000)::BIGINT / 1000 AS lag_ms
      FROM events_of_hour(wanted.hour)) event) quality
  WHERE quality.events > 0
$$;

CREATE OR REPLACE FUNCTION property_hourly_of(hours TIMESTAMPTZ[])
RETURNS SETOF property_hourly LANGUAGE sql STABLE AS
$$
  SELECT wanted.hour,
    sha256(convert_to(jsonb_build_array(frequent.key, frequent.value)::TEXT, 'UTF8')),
    (wanted.hour AT TIME ZONE reporting_zone())::DATE, frequent.key, frequent.value,
    frequent.events
  FROM unnest(hours) AS wanted (hour)
  CROSS JOIN LATERAL (
    SELECT key, value, events,
      dense_rank() OVER (ORDER BY with_key DESC, key) AS key_place,
      row_number() OVER (PARTITION BY key ORDER BY value IS NOT NULL, events DESC, value)
        AS value_place
    FROM (
      SELECT key, value, events, max(events) OVER (PARTITION BY key) AS with_key
      FROM (
        SELECT property.key COLLATE "C" AS key, property.value COLLATE "C" AS value,
          count(*) AS events
        FROM events_of_hour(wanted.hour) AS event
        CROSS JOIN LATERAL (
          SELECT pair.key, left(coalesce(pair.value, 'null'), 200) AS value
          FROM jsonb_each_text(
            CASE WHEN jsonb_typeof(event.properties) = 'object' THEN event.properties END)
            AS pair (key, value)) AS property
        WHERE NOT event.is_bot
        GROUP BY GROUPING SETS ((property.key), (property.key, property.value))) AS counted
      ) AS totals) AS frequent
  -- The row of the key is the first of its values.
  WHERE frequent.key_place <= 50 AND frequent.value_place <= 21
$$;

CREATE OR REPLACE FUNCTION all_hours() RETURNS TIMESTAMPTZ[] LANGUAGE sql STABLE AS
$$
  SELECT coalesce(array_agg(hour ORDER BY hour), '{}')
  FROM (
    SELECT DISTINCT date_trunc('hour', event.occurred_at, (SELECT reporting_zone())) AS hour
    FROM clickstream_events event
    WHERE event.occurred_at >= (SELECT closed_before())) present
$$;

COMMENT ON FUNCTION all_hours IS
  'Returns the hours of the reporting zone that have an event, without the closed period.';

CREATE OR REPLACE VIEW mart_definitions.traffic_hourly AS
SELECT * FROM traffic_hourly_of(all_hours());
CREATE OR REPLACE VIEW mart_definitions.traffic_minutely AS
SELECT * FROM traffic_minutely_of(latest_hours());
CREATE OR REPLACE VIEW mart_definitions.event_hourly AS
SELECT * FROM event_hourly_of(all_hours());
CREATE OR REPLACE VIEW mart_definitions.quality_hourly AS
SELECT * FROM quality_hourly_of(all_hours());
CREATE OR REPLACE VIEW mart_definitions.property_hourly AS
SELECT * FROM property_hourly_of(all_hours());
