-- Marts of sessions and of visitors, without bots.
--
-- Mart                 Grain: one row per                     Window: a row depends on
-- session_acquisition  session                                earlier sessions of the visitor
-- session_products     session, product                       events of the session
-- session_steps        session                                events of the session
-- session_funnels      session, funnel with a step            session_steps of the session;
--                                                              sessions within 15 days
-- returning_funnels    visitor, funnel, day with a step       14 days of the visitor from that day,
--                                                              without sessions that are alone and
--                                                              days of over 5,000 events
-- visitor_weeks        visitor, ISO week with a session       sessions of the week, first session
--
-- Every array has at most 5,000 elements per session: a session with more events is a bot's.
-- Earlier sessions are those of sessions_and_past. A closed week of visitor_weeks is final.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION visitor_key(visitor_id TEXT)
RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT encode(substr(sha256(convert_to(visitor_id, 'UTF8')), 1, 16), 'hex')::UUID
$$;

COMMENT ON FUNCTION visitor_key IS
  'Returns the first 16 bytes of the SHA-256 of a visitor_id. Marts that only count visitors have'
  ' it instead of the text.';

-- docs/adr/0015-order-of-events-in-a-session.md
CREATE OR REPLACE FUNCTION events_in_order(wanted UUID)
RETURNS TABLE (
  event_id UUID, canonical_name TEXT, device_category TEXT, ordered_at TIMESTAMPTZ,
  client_timestamp TIMESTAMPTZ, page_path TEXT)
LANGUAGE sql STABLE AS
$$
  SELECT event.event_id, event.canonical_name, event.device_category,
    CASE
      WHEN event.tab IS NULL THEN event.occurred_at
      ELSE min(event.occurred_at) OVER (
        PARTITION BY event.tab ORDER BY event.client_timestamp DESC, event.event_id DESC
        ROWS UNBOUNDED PRECEDING) END,
    coalesce(event.client_timestamp, event.occurred_at), event.page_path
  FROM (
    SELECT *,
      CASE WHEN client_timestamp IS NOT NULL AND device_category IS DISTINCT FROM 'server'
        THEN coalesce('s:' || session_id, 'c:' || client_id) END AS tab
    FROM clickstream_events
    WHERE session_key = wanted) AS event
$$;

COMMENT ON FUNCTION events_in_order IS
  'Returns the events of a session, by its session_key. Order them by'
  ' (ordered_at, client_timestamp, event_id). ordered_at is the least occurred_at of the event and'
  ' of those after it in its tab, by the client''s clock. A tab is a session_id, else a client_id.'
  ' client_timestamp is occurred_at where the client sent none.';

CREATE OR REPLACE VIEW sessions_and_past AS
SELECT session_key, visitor_id, started_at, session_date, source, medium,
  utm_campaign AS campaign, default_channel_group AS channel, is_bot
FROM clickstream_sessions
UNION ALL
SELECT session_key, visitor_id, started_at, session_date, source, medium, campaign, channel, FALSE
FROM closed_sessions;

COMMENT ON VIEW sessions_and_past IS
  'One row per session: those that are stored, and those without bots of the closed period that'
  ' figures of later sessions still need. Without a condition, so that the planner uses the indexes'
  ' of both tables.';
GRANT SELECT ON sessions_and_past TO clickstream_etl, clickstream_reader;

-- Each row looks its visitor's earlier sessions up in the index clickstream_sessions_place, so
-- that a load recomputes the sessions that change, and not the visitor's whole history.
CREATE OR REPLACE VIEW mart_definitions.session_acquisition AS
SELECT session.session_key, session.session_date, session.visitor_id, session.started_at,
  session.source, session.medium, session.utm_campaign AS campaign,
  session.default_channel_group AS channel,
  CASE
    WHEN session.default_channel_group <> 'Direct' THEN session.default_channel_group
    ELSE coalesce((
      SELECT latest.channel
      FROM sessions_and_past AS latest
      WHERE latest.visitor_id = session.visitor_id AND latest.started_at < session.started_at
        -- Hours, because the length of a day depends on the time zone of the connection.
        AND latest.started_at >= session.started_at - INTERVAL '2160 hours'
        AND NOT latest.is_bot AND latest.channel <> 'Direct'
      ORDER BY latest.started_at DESC
      LIMIT 1), session.default_channel_group) END AS channel_last_non_direct,
  CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
  NOT EXISTS (
    SELECT FROM sessions_and_past AS earlier
    WHERE earlier.visitor_id = session.visitor_id AND earlier.started_at < session.started_at
      AND NOT earlier.is_bot)
    AND NOT EXISTS (
      SELECT FROM visitor_weeks AS final
      WHERE final.visitor_id = session.visitor_id AND final.week < (SELECT closed_week())
        AND final.week < date_trunc('week', session.session_date)::DATE) AS is_new_visitor,
  session.is_engaged, session.is_converted, session.page_view_count, session.duration_s,
  session.device_category, session.landing_page_path, session.ended_at
FROM clickstream_sessions AS session
WHERE NOT session.is_bot;

-- LATERAL reads each session's events from the index clickstream_events_session.
CREATE OR REPLACE VIEW mart_definitions.session_products AS
SELECT session.session_key, product.product_id, session.session_date,
  visitor_key(session.visitor_id) AS visitor_key,
  session.default_channel_group AS channel,
  CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
  product.product_name, product.category, product.brand, product.views, product.cart_adds,
  product.cart_removes, product.wishlist_toggles, product.shares
FROM clickstream_sessions AS session
CROSS JOIN LATERAL (
  SELECT event.context_product_id AS product_id,
    (array_agg(event.context_product_name)
      FILTER (WHERE event.context_product_name IS NOT NULL))[1] AS product_name,
    (array_agg(event.context_product_category)
      FILTER (WHERE event.context_product_category IS NOT NULL))[1] AS category,
    (array_agg(event.context_product_brand)
      FILTER (WHERE event.context_product_brand IS NOT NULL))[1] AS brand,
    (count(*) FILTER (WHERE event.canonical_name = 'product_view'))::INTEGER AS views,
    (count(*) FILTER (WHERE event.canonical_name = 'add_to_cart_click'))::INTEGER AS cart_adds,
    (count(*) FILTER (WHERE event.canonical_name = 'remove_from_cart_click'))::INTEGER
      AS cart_removes,
    (count(*) FILTER (WHERE event.canonical_name = 'wishlist_toggle'))::INTEGER
      AS wishlist_toggles,
    (count(*) FILTER (WHERE event.canonical_name = 'share_click'))::INTEGER AS shares
  FROM (
    -- The latest event first. Sorted once: each aggregate with ORDER BY would sort the rows again.
    SELECT *
    FROM clickstream_events AS viewed
    WHERE viewed.session_key = session.session_key
      AND viewed.canonical_name IN (
        'product_view', 'add_to_cart_click', 'remove_from_cart_click', 'wishlist_toggle',
        'share_click')
      AND viewed.context_product_id IS NOT NULL
    ORDER BY
      viewed.context_product_id ASC, viewed.occurred_at DESC, viewed.event_id DESC) AS event
  GROUP BY event.context_product_id) AS product
WHERE NOT session.is_bot;

CREATE OR REPLACE VIEW mart_definitions.session_steps AS
SELECT session.session_key, session.session_date, session.is_converted, session.visitor_id,
  session.default_channel_group AS channel,
  CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
  event.event_names, event.event_times, event.server_views, event.event_path, event.view_path,
  event.page_paths,
  CASE WHEN event.page_paths IS NOT NULL THEN event.viewed_pages END AS viewed_pages
FROM clickstream_sessions AS session
CROSS JOIN LATERAL (
  SELECT array_agg(step.canonical_name) AS event_names,
    array_agg(step.ordered_at) AS event_times,
    array_agg(step.place) FILTER (
      WHERE step.device_category = 'server'
        AND step.canonical_name IN ('page_view', 'home_view', 'category_view', 'product_view'))
      AS server_views,
    array_agg(step.canonical_name) FILTER (
      WHERE step.canonical_name IS DISTINCT FROM step.name_before) AS event_path,
    array_agg(step.canonical_name) FILTER (
      WHERE step.is_view AND step.canonical_name IS DISTINCT FROM step.view_before) AS view_path,
    array_agg(step.viewed_path) FILTER (
      WHERE step.viewed_path IS NOT NULL AND step.place = step.first_place) AS page_paths,
    array_agg(CASE WHEN step.viewed_path IS NULL THEN 0 ELSE step.page END::SMALLINT)
      AS viewed_pages
  FROM (
    SELECT named.*,
      dense_rank() OVER (
        PARTITION BY named.viewed_path IS NULL ORDER BY named.first_place) AS page
    FROM (
      SELECT numbered.*,
        lag(numbered.canonical_name)
          OVER (PARTITION BY numbered.is_view ORDER BY numbered.place) AS view_before,
        min(numbered.place) OVER (PARTITION BY numbered.viewed_path) AS first_place
      FROM (
        SELECT canonical_name, ordered_at, device_category,
          is_page_view(canonical_name, device_category) AS is_view,
          CASE WHEN is_page_view(canonical_name, device_category) THEN page_path END AS viewed_path,
          row_number() OVER in_order AS place,
          lag(canonical_name) OVER in_order AS name_before
        FROM events_in_order(session.session_key)
        WINDOW in_order AS (ORDER BY ordered_at, client_timestamp, event_id)) AS numbered) AS named
    -- Sorted once: each aggregate with ORDER BY would sort the rows again.
    ORDER BY named.place) AS step
) AS event
WHERE NOT session.is_bot;

CREATE OR REPLACE VIEW session_paths AS
SELECT session_key, 'event'::TEXT COLLATE "C" AS kind, session_date, channel, login_state,
  is_converted, event_path AS steps
FROM session_steps
UNION ALL
SELECT session_key, 'page'::TEXT COLLATE "C", session_date, channel, login_state, is_converted,
  view_path
FROM session_steps
WHERE view_path IS NOT NULL;

COMMENT ON VIEW session_paths IS
  'One row per session without bots and kind of step: its path in session_steps. The kinds are'
  ' ''event'' (all events) and ''page'' (page views only, without those that a server sent).';
GRANT SELECT ON session_paths TO clickstream_etl, clickstream_reader;

CREATE OR REPLACE VIEW session_pages AS
SELECT steps.session_key, viewed.places[1] AS first_place, steps.session_date, steps.visitor_id,
  steps.is_converted, page.page_path, cardinality(viewed.places) AS views, viewed.places
FROM session_steps AS steps
CROSS JOIN LATERAL unnest(steps.page_paths) WITH ORDINALITY AS page (page_path, number)
CROSS JOIN LATERAL (
  SELECT array_positions(steps.viewed_pages, page.number::SMALLINT) AS places) AS viewed;

COMMENT ON VIEW session_pages IS
  'One row per session without bots and page path that it viewed, from session_steps: the number of'
  ' views, and their places in event_names.';
GRANT SELECT ON session_pages TO clickstream_etl, clickstream_reader;

-- A step is completed by the first matching event after the one that completed the previous step.
CREATE OR REPLACE FUNCTION take_funnel_step(taken TIMESTAMPTZ[], at TIMESTAMPTZ, mask BIGINT)
RETURNS TIMESTAMPTZ[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
  RETURN CASE WHEN mask & (2::BIGINT << cardinality(taken)) <> 0 THEN taken || at ELSE taken END;
END
$$;

DO $$
BEGIN
  IF to_regprocedure('funnel_steps_taken(timestamptz, bigint)') IS NULL THEN
    CREATE AGGREGATE funnel_steps_taken(TIMESTAMPTZ, BIGINT) (
      SFUNC = take_funnel_step, STYPE = TIMESTAMPTZ[], INITCOND = '{}');
  END IF;
END
$$;

COMMENT ON AGGREGATE funnel_steps_taken (TIMESTAMPTZ, BIGINT) IS
  'Returns the times of steps 1, 2, 3… of a funnel, completed in order. Input, ordered by time:'
  ' time of an event, and the steps that it matches (bit n is step n).';

CREATE OR REPLACE FUNCTION steps_of_mask(mask BIGINT, last_step INTEGER)
RETURNS SETOF INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT step
  FROM generate_series(1, last_step) AS steps (step)
  WHERE mask & (1::BIGINT << step) <> 0
$$;

COMMENT ON FUNCTION steps_of_mask IS
  'Returns the positions of the bits that are set, from 1 to the last step.';

CREATE OR REPLACE VIEW funnel_events AS
SELECT step.funnel, name.event_name, bit_or(1::BIGINT << step.step) AS mask,
  (SELECT max(every.step) FROM funnel_steps AS every WHERE every.funnel = step.funnel) AS last_step
FROM funnel_steps AS step CROSS JOIN unnest(step.event_names) AS name (event_name)
GROUP BY step.funnel, name.event_name;

COMMENT ON VIEW funnel_events IS
  'One row per funnel and event name: the steps that the event matches (bit n of mask is step n).';

-- Within 15 days of a session are the sessions that can share a funnel of 14 days with it.
CREATE OR REPLACE VIEW session_neighbourhood AS
SELECT session.session_key, session.visitor_id, session.session_date, session.started_at,
  (session.ended_at AT TIME ZONE (SELECT reporting_zone()))::DATE = session.session_date
    AND NOT EXISTS (
      SELECT FROM sessions_and_past AS other
      WHERE other.visitor_id = session.visitor_id AND other.session_key <> session.session_key
        AND NOT other.is_bot
        AND other.session_date + 0 BETWEEN session.session_date - 15 AND session.session_date + 15
        -- For the index.
        AND other.started_at BETWEEN session.started_at - INTERVAL '408 hours'
          AND session.started_at + INTERVAL '408 hours') AS is_alone
FROM clickstream_sessions AS session
WHERE NOT session.is_bot;

COMMENT ON VIEW session_neighbourhood IS
  'One row per session without bots. is_alone: the session begins and ends on its reporting day,'
  ' and its visitor has no other session within 15 days of it.';
GRANT SELECT ON session_neighbourhood TO clickstream_etl, clickstream_reader;

CREATE OR REPLACE VIEW mart_definitions.session_funnels AS
SELECT taken.session_key, taken.session_date,
  (taken.step_at[1] AT TIME ZONE (SELECT reporting_zone()))::DATE AS entered_day,
  neighbourhood.is_alone, taken.visitor_id, taken.funnel, taken.channel, taken.login_state,
  taken.step_at, ARRAY(SELECT * FROM steps_of_mask(taken.mask, taken.last_step)) AS open_steps
FROM (
  SELECT session.session_key, fitting.funnel, session.session_date, session.visitor_id,
    session.channel, session.login_state,
    funnel_steps_taken(event.at, fitting.mask ORDER BY event.place) AS step_at,
    bit_or(fitting.mask) AS mask, max(fitting.last_step) AS last_step
  FROM session_steps AS session
  CROSS JOIN LATERAL unnest(session.event_names, session.event_times) WITH ORDINALITY
    AS event (event_name, at, place)
  JOIN funnel_events AS fitting ON fitting.event_name = event.event_name
  GROUP BY session.session_key, fitting.funnel) AS taken
JOIN session_neighbourhood AS neighbourhood USING (session_key);

CREATE OR REPLACE FUNCTION returning_funnels_of(
  visitors TEXT[], first_days DATE[], last_days DATE[])
RETURNS SETOF returning_funnels LANGUAGE sql STABLE AS
$$
SELECT visitor.visitor_id, visitor.funnel, entered.day, taken.step_at,
  ARRAY(SELECT * FROM steps_of_mask(entered.mask, visitor.last_step)) AS open_steps
FROM (
  -- Sessions of a visitor do not overlap: two events at one instant are in one session, so that
  -- place orders them.
  SELECT visit.visitor_id, fitting.funnel, max(fitting.last_step) AS last_step,
    min(visit.first_day) AS first_day, max(visit.last_day) AS last_day,
    array_agg(event.at ORDER BY event.at, event.place) AS times,
    array_agg(fitting.mask ORDER BY event.at, event.place) AS masks
  FROM (
    SELECT near.visitor_id, near.session_key, wanted.first_day, wanted.last_day
    FROM unnest(visitors, first_days, last_days) AS wanted (visitor_id, first_day, last_day)
    JOIN session_neighbourhood AS near
      ON near.visitor_id = wanted.visitor_id
        -- For the index. No zone is two days off.
        AND near.started_at >= (wanted.first_day - 3)::TIMESTAMP AT TIME ZONE 'UTC'
        AND near.started_at <= (wanted.last_day + 18)::TIMESTAMP AT TIME ZONE 'UTC'
        -- A session can end on the day after its own, and a funnel takes 14 days.
        -- + 0 hides the column: a bitmap of the index on it would read whole days per visitor.
        AND near.session_date + 0 >= wanted.first_day - 1
        AND near.session_date + 0 <= wanted.last_day + 15
    -- A day of more events is not a person's. Each later load would read its arrays again.
    WHERE NOT near.is_alone
      AND (
        SELECT sum(same_day.event_count)
        FROM clickstream_sessions AS same_day
        WHERE same_day.visitor_id = near.visitor_id AND NOT same_day.is_bot
          AND same_day.started_at
            >= near.session_date::TIMESTAMP AT TIME ZONE (SELECT reporting_zone())
          AND same_day.started_at
            < (near.session_date + 1)::TIMESTAMP AT TIME ZONE (SELECT reporting_zone())) <= 5000
    OFFSET 0) AS visit
  JOIN session_steps AS steps ON steps.session_key = visit.session_key
  CROSS JOIN LATERAL unnest(steps.event_names, steps.event_times) WITH ORDINALITY
    AS event (event_name, at, place)
  JOIN funnel_events AS fitting ON fitting.event_name = event.event_name
  GROUP BY visit.visitor_id, fitting.funnel) AS visitor
CROSS JOIN LATERAL (
  SELECT (event.at AT TIME ZONE (SELECT reporting_zone()))::DATE AS day, bit_or(event.mask) AS mask,
    min(event.at) FILTER (WHERE event.mask & 2 <> 0) AS entered_at
  FROM unnest(visitor.times, visitor.masks) AS event (at, mask)
  GROUP BY 1) AS entered
CROSS JOIN LATERAL (
  -- An event at the instant of step 1, but ordered before it, matches no step: step 1 is missing.
  SELECT funnel_steps_taken(event.at, event.mask ORDER BY event.place) AS step_at
  FROM unnest(visitor.times, visitor.masks) WITH ORDINALITY AS event (at, mask, place)
  -- Hours, because the length of a day depends on the time zone of the connection.
  WHERE event.at >= entered.entered_at
    AND event.at <= entered.entered_at + INTERVAL '336 hours') AS taken
WHERE entered.day BETWEEN visitor.first_day AND visitor.last_day
  AND entered.day >= (SELECT closed_day())
$$;

COMMENT ON FUNCTION returning_funnels_of IS
  'Returns the rows of returning_funnels for visitors, each from a first to a last day, without the'
  ' closed period. It reads the sessions from the day before to 15 days after.';

CREATE OR REPLACE VIEW mart_definitions.returning_funnels AS
SELECT funnel.*
FROM (SELECT DISTINCT visitor_id FROM clickstream_sessions WHERE NOT is_bot) AS visitor
CROSS JOIN LATERAL returning_funnels_of(
  ARRAY[visitor.visitor_id], ARRAY['-infinity'::DATE], ARRAY['infinity'::DATE]) AS funnel;

CREATE OR REPLACE VIEW visitor_funnels AS
SELECT visitor_id, funnel, day, step_at, open_steps
FROM returning_funnels
UNION ALL
SELECT visitor_id, funnel, session_date, step_at, open_steps
FROM session_funnels
WHERE is_alone;

COMMENT ON VIEW visitor_funnels IS
  'One row per visitor without bots, funnel and reporting day on which the visitor has a step of'
  ' it: the steps completed within 14 days. From returning_funnels, and from session_funnels for'
  ' sessions that are alone.';
GRANT SELECT ON visitor_funnels TO clickstream_etl, clickstream_reader;

CREATE OR REPLACE FUNCTION visitor_weeks_of(
  visitors TEXT[], first_weeks DATE[], last_weeks DATE[])
RETURNS SETOF visitor_weeks LANGUAGE sql STABLE AS
$$
SELECT visited.visitor_id, visited.week, coalesce((
  SELECT min(final.cohort_week)
  FROM visitor_weeks AS final
  WHERE final.visitor_id = visited.visitor_id AND final.week < (SELECT closed_week())), (
  SELECT date_trunc('week', first.session_date)::DATE
  FROM sessions_and_past AS first
  WHERE first.visitor_id = visited.visitor_id AND NOT first.is_bot
  ORDER BY first.started_at
  LIMIT 1))
FROM (
  SELECT DISTINCT session.visitor_id, date_trunc('week', session.session_date)::DATE AS week
  FROM unnest(visitors, first_weeks, last_weeks) AS wanted (visitor_id, first_week, last_week)
  JOIN sessions_and_past AS session
    ON session.visitor_id = wanted.visitor_id
      -- For the index. No zone is two days off.
      AND session.started_at >= (wanted.first_week - 2)::TIMESTAMP AT TIME ZONE 'UTC'
      AND session.started_at <= (wanted.last_week + 9)::TIMESTAMP AT TIME ZONE 'UTC'
      AND date_trunc('week', session.session_date)::DATE
        BETWEEN wanted.first_week AND wanted.last_week
  WHERE NOT session.is_bot
    AND date_trunc('week', session.session_date)::DATE >= (SELECT closed_week())) AS visited
$$;

COMMENT ON FUNCTION visitor_weeks_of IS
  'Returns the rows of visitor_weeks for visitors, each from a first to a last week, without weeks'
  ' that are wholly closed.';

CREATE OR REPLACE VIEW mart_definitions.visitor_weeks AS
SELECT week.*
FROM (SELECT DISTINCT visitor_id FROM sessions_and_past WHERE NOT is_bot) AS visitor
CROSS JOIN LATERAL visitor_weeks_of(
  ARRAY[visitor.visitor_id], ARRAY['-infinity'::DATE], ARRAY['infinity'::DATE]) AS week;
