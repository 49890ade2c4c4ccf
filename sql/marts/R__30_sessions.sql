-- Marts of single sessions and single visitors. Sessions of bots are in none.

SET LOCAL ROLE clickstream_owner;

-- A session's events stand together in its visitor's history; OFFSET keeps the planner from joining all events with all sessions.
CREATE OR REPLACE FUNCTION events_of_session(visitor TEXT, started TIMESTAMPTZ, ended TIMESTAMPTZ)
RETURNS SETOF clickstream_events LANGUAGE sql STABLE AS
$$
  SELECT event.* FROM clickstream_events event
  WHERE event.visitor_id = visitor AND event.occurred_at >= started AND event.occurred_at <= ended
  OFFSET 0
$$;

COMMENT ON FUNCTION events_of_session IS 'Events of a session, by its visitor_id, started_at and ended_at';

CREATE OR REPLACE VIEW recomputed.session_acquisition AS
SELECT session_key, session_date, visitor_id, started_at, source, medium, campaign, channel,
  CASE WHEN channel = 'Direct' AND started_at - latest_at <= interval '90 days' THEN latest_channel ELSE channel END
    AS channel_last_non_direct,
  login_state, is_new_visitor
FROM (
  SELECT *,
    -- Of the sessions since the latest that was not Direct, that is the first.
    first_value(CASE WHEN latest > 0 THEN channel END) OVER since AS latest_channel,
    first_value(CASE WHEN latest > 0 THEN started_at END) OVER since AS latest_at
  FROM (
    SELECT session.session_key, session.session_date, session.visitor_id, session.started_at,
      CASE
        WHEN session.utm_source IS NOT NULL OR session.utm_medium IS NOT NULL OR session.utm_campaign IS NOT NULL
          THEN coalesce(session.utm_source, '(not set)')
        WHEN click.source IS NOT NULL THEN click.source
        WHEN session.default_channel_group = 'Direct' THEN '(direct)'
        ELSE session.referrer_host END AS source,
      CASE
        WHEN session.utm_source IS NOT NULL OR session.utm_medium IS NOT NULL OR session.utm_campaign IS NOT NULL
          THEN coalesce(session.utm_medium, '(not set)')
        WHEN click.source IS NOT NULL THEN click.medium
        WHEN session.default_channel_group = 'Direct' THEN '(none)'
        WHEN is_source_of(session.referrer_host, 'search') THEN 'organic'
        ELSE 'referral' END AS medium,
      session.utm_campaign AS campaign,
      session.default_channel_group AS channel,
      CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
      row_number() OVER visits = 1 AS is_new_visitor,
      count(*) FILTER (WHERE session.default_channel_group <> 'Direct') OVER visits AS latest
    FROM clickstream_sessions session
    LEFT JOIN click_id_sources click ON click.click_id_type = session.click_id_type
    WHERE NOT session.is_bot
    WINDOW visits AS (PARTITION BY session.visitor_id ORDER BY session.started_at)) counted
  WINDOW since AS (PARTITION BY visitor_id, latest ORDER BY started_at)) placed;

CREATE OR REPLACE VIEW recomputed.session_products AS
SELECT session.session_key, event.context_product_id AS product_id, session.session_date, session.visitor_id,
  session.default_channel_group AS channel,
  CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
  (array_agg(event.context_product_name ORDER BY event.occurred_at DESC, event.event_id DESC)
    FILTER (WHERE event.context_product_name IS NOT NULL))[1] AS product_name,
  (array_agg(event.context_product_category ORDER BY event.occurred_at DESC, event.event_id DESC)
    FILTER (WHERE event.context_product_category IS NOT NULL))[1] AS category,
  (array_agg(event.context_product_brand ORDER BY event.occurred_at DESC, event.event_id DESC)
    FILTER (WHERE event.context_product_brand IS NOT NULL))[1] AS brand,
  count(*) FILTER (WHERE event.event_name = 'product_view') AS views,
  count(*) FILTER (WHERE event.event_name = 'add_to_cart_click') AS cart_adds,
  count(*) FILTER (WHERE event.event_name = 'remove_from_cart_click') AS cart_removes
FROM clickstream_sessions session
CROSS JOIN LATERAL events_of_session(session.visitor_id, session.started_at, session.ended_at) event
WHERE NOT session.is_bot
  AND session.product_view_count + session.add_to_cart_count + session.remove_from_cart_count > 0
  AND event.event_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click')
  AND event.context_product_id IS NOT NULL
GROUP BY session.session_key, event.context_product_id;

CREATE OR REPLACE VIEW recomputed.session_paths AS
SELECT session_key, kind, session_date, channel, login_state,
  array_agg(event_name ORDER BY occurred_at, event_id) AS steps
FROM (
  SELECT session.session_key, kind.kind, session.session_date, session.default_channel_group AS channel,
    CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
    event.event_name, event.occurred_at, event.event_id,
    lag(event.event_name) OVER (
      PARTITION BY session.session_key, kind.kind ORDER BY event.occurred_at, event.event_id) AS name_before
  FROM clickstream_sessions session
  CROSS JOIN LATERAL events_of_session(session.visitor_id, session.started_at, session.ended_at) event
  CROSS JOIN (VALUES ('page'), ('event')) AS kind (kind)
  WHERE NOT session.is_bot
    AND (kind.kind = 'event' OR event.event_name IN ('page_view', 'home_view', 'category_view', 'product_view'))) named
WHERE event_name IS DISTINCT FROM name_before
GROUP BY session_key, kind, session_date, channel, login_state;

-- A step is taken by the first event that fits, behind the one that took the step before.
CREATE OR REPLACE FUNCTION take_funnel_step(taken TIMESTAMPTZ[], at TIMESTAMPTZ, steps INTEGER[], within INTERVAL)
RETURNS TIMESTAMPTZ[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
  IF cardinality(taken) + 1 = ANY (steps) AND (cardinality(taken) = 0 OR within IS NULL OR at - taken[1] <= within) THEN
    RETURN taken || at;
  END IF;
  RETURN taken;
END
$$;

DO $$
BEGIN
  IF to_regprocedure('funnel_steps_taken(timestamptz, integer[], interval)') IS NULL THEN
    CREATE AGGREGATE funnel_steps_taken(TIMESTAMPTZ, INTEGER[], INTERVAL) (
      SFUNC = take_funnel_step, STYPE = TIMESTAMPTZ[], INITCOND = '{}');
  END IF;
END
$$;

COMMENT ON AGGREGATE funnel_steps_taken(TIMESTAMPTZ, INTEGER[], INTERVAL) IS
  'When the steps 1, 2, 3… of a funnel were taken in order. Over events in their order: time, the steps that the event can be, and how long after step 1 (NULL: for ever)';

CREATE OR REPLACE FUNCTION steps_of_mask(mask BIGINT) RETURNS INTEGER[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT ARRAY(SELECT step FROM generate_series(1, 62) AS steps (step) WHERE mask & (1::BIGINT << step) <> 0 ORDER BY step)
$$;

COMMENT ON FUNCTION steps_of_mask IS 'Numbers of the bits that are set, from 1';

CREATE OR REPLACE VIEW funnel_events AS
SELECT step.funnel, name.event_name, array_agg(step.step ORDER BY step.step) AS steps,
  bit_or(1::BIGINT << step.step) AS mask
FROM funnel_steps step CROSS JOIN unnest(step.event_names) AS name (event_name)
GROUP BY step.funnel, name.event_name;

COMMENT ON VIEW funnel_events IS 'Which steps an event can be, by funnel';

CREATE OR REPLACE VIEW recomputed.session_funnels AS
SELECT session_key, funnel, session_date, visitor_id, channel, login_state,
  (step_at[1] AT TIME ZONE settings.reporting_zone)::DATE AS entered_day, step_at, steps_of_mask(mask) AS open_steps
FROM warehouse_settings settings
CROSS JOIN (
  SELECT session.session_key, fitting.funnel, session.session_date, session.visitor_id,
    session.default_channel_group AS channel,
    CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
    funnel_steps_taken(event.occurred_at, fitting.steps, NULL ORDER BY event.occurred_at, event.event_id) AS step_at,
    bit_or(fitting.mask) AS mask
  FROM clickstream_sessions session
  CROSS JOIN LATERAL events_of_session(session.visitor_id, session.started_at, session.ended_at) event
  JOIN funnel_events fitting ON fitting.event_name = event.event_name
  WHERE NOT session.is_bot
  GROUP BY session.session_key, fitting.funnel) taken;

CREATE OR REPLACE FUNCTION visitor_funnels_of(visitors TEXT[]) RETURNS SETOF visitor_funnels LANGUAGE sql STABLE AS
$$
  WITH fitting AS MATERIALIZED (
    SELECT session.visitor_id, fitting.funnel, event.occurred_at, event.event_id, fitting.steps, fitting.mask,
      (event.occurred_at AT TIME ZONE settings.reporting_zone)::DATE AS day
    FROM clickstream_sessions session
    CROSS JOIN LATERAL events_of_session(session.visitor_id, session.started_at, session.ended_at) event
    JOIN funnel_events fitting ON fitting.event_name = event.event_name
    CROSS JOIN warehouse_settings settings
    WHERE session.visitor_id = ANY (visitors) AND NOT session.is_bot),
  days AS (
    SELECT visitor_id, funnel, day, bit_or(mask) AS mask,
      min(occurred_at) FILTER (WHERE 1 = ANY (steps)) AS entered_at
    FROM fitting
    GROUP BY visitor_id, funnel, day)
  SELECT days.visitor_id, days.funnel, days.day,
    coalesce(funnel_steps_taken(event.occurred_at, event.steps, interval '14 days' ORDER BY event.occurred_at, event.event_id)
      FILTER (WHERE event.event_id IS NOT NULL), '{}'),
    steps_of_mask(days.mask)
  FROM days
  -- Events at the very instant of step 1 but before it by id can be no step: step 1 is not taken yet.
  LEFT JOIN fitting event ON event.visitor_id = days.visitor_id AND event.funnel = days.funnel
    AND event.occurred_at >= days.entered_at AND event.occurred_at <= days.entered_at + interval '14 days'
  GROUP BY days.visitor_id, days.funnel, days.day, days.mask
$$;

COMMENT ON FUNCTION visitor_funnels_of IS 'Rows of visitor_funnels of some visitors';

CREATE OR REPLACE VIEW recomputed.visitor_funnels AS
SELECT funnel.*
FROM (SELECT coalesce(array_agg(DISTINCT visitor_id), '{}') AS visitors FROM clickstream_sessions WHERE NOT is_bot) everybody
CROSS JOIN LATERAL visitor_funnels_of(everybody.visitors) funnel;

CREATE OR REPLACE VIEW recomputed.visitor_weeks AS
SELECT DISTINCT visitor_id, date_trunc('week', session_date)::DATE AS week,
  min(date_trunc('week', session_date)::DATE) OVER (PARTITION BY visitor_id) AS cohort_week
FROM clickstream_sessions
WHERE NOT is_bot;
