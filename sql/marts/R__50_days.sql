-- Marts by reporting day, computed from the marts of hours, sessions, visitors and orders.
--
-- Mart                  Grain: one row per day and …                 Window: a row depends on
-- traffic_daily         nothing else                                 hours, sessions and orders of
--                                                                    the day; new visitors
-- revenue_daily         currency                                     orders of the day
-- engagement_daily      product, category or brand                   sessions and orders of the day
-- session_funnel_daily  funnel, login state, channel, step           sessions of the day
-- transition_daily      kind of step, pair of consecutive steps      sessions of the day
-- path_daily            kind of step, path                           sessions of the day
-- page_daily            page path                                    sessions of the day
-- acquisition_daily     channel, source, medium, campaign            session_acquisition of the day
--
-- The last six are sums over visitors and orders. <mart>_of(chosen) computes them from chosen
-- sessions only, and from all if chosen is NULL. A load adds the difference between the rows of the
-- sessions that it touches, after and before: see add_day_differences. Distinct visitors of a day
-- are such a sum too, if all sessions of a visitor on the day are chosen.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE VIEW mart_definitions.traffic_daily AS
SELECT day,
  coalesce(sum(events), 0)::BIGINT AS events,
  coalesce(sum(page_views), 0)::BIGINT AS page_views,
  count(DISTINCT visitor_id) AS visitors,
  count(*) FILTER (WHERE is_new_visitor) AS new_visitors,
  count(DISTINCT user_id) AS users,
  count(session_key) AS sessions,
  count(*) FILTER (WHERE is_engaged) AS engaged_sessions,
  count(*) FILTER (WHERE is_converted) AS converted_sessions,
  coalesce(sum(session_page_views), 0)::BIGINT AS session_page_views,
  coalesce(sum(duration_s), 0)::BIGINT AS duration_s,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_s) AS median_duration_s,
  count(order_id) AS orders,
  coalesce(sum(bot_events), 0)::BIGINT AS bot_events,
  count(*) FILTER (WHERE is_bot_session) AS bot_sessions
FROM (
  SELECT day, events, page_views, bot_events,
    NULL::UUID AS session_key, NULL::TEXT AS visitor_id, NULL::TEXT AS user_id,
    NULL::BOOLEAN AS is_engaged,
    NULL::BOOLEAN AS is_converted, NULL::BIGINT AS session_page_views, NULL::BIGINT AS duration_s,
    NULL::BOOLEAN AS is_new_visitor, NULL::BOOLEAN AS is_bot_session, NULL::TEXT AS order_id
  FROM traffic_hourly
  UNION ALL
  SELECT session_date, NULL, NULL, NULL,
    CASE WHEN NOT is_bot THEN session_key END, CASE WHEN NOT is_bot THEN visitor_id END,
    CASE WHEN NOT is_bot THEN user_id END, is_engaged AND NOT is_bot, is_converted AND NOT is_bot,
    CASE WHEN NOT is_bot THEN page_view_count END, CASE WHEN NOT is_bot THEN duration_s END, NULL,
    is_bot, NULL
  FROM clickstream_sessions
  UNION ALL
  SELECT session_date, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, TRUE, NULL, NULL
  FROM session_acquisition WHERE is_new_visitor
  UNION ALL
  SELECT order_date, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    order_id
  FROM clickstream_orders) AS parts
GROUP BY day;

CREATE OR REPLACE VIEW mart_definitions.revenue_daily AS
SELECT order_date AS day, coalesce(currency, '') AS currency, count(*) AS orders,
  count(revenue_minor) AS orders_with_revenue, sum(revenue_minor) AS revenue_minor
FROM clickstream_orders
GROUP BY order_date, coalesce(currency, '');

-- Grouped in three steps, each by hash: DISTINCT and GROUPING SETS would sort all rows.
CREATE OR REPLACE FUNCTION engagement_daily_of(chosen UUID[], chosen_orders TEXT[])
RETURNS SETOF engagement_daily LANGUAGE sql STABLE AS
$$
SELECT day, dimension, sha256(convert_to(value, 'UTF8')), value, max(label),
  coalesce(sum(views), 0)::BIGINT, coalesce(sum(view_sessions), 0)::BIGINT,
  count(*) FILTER (WHERE view_sessions > 0),
  coalesce(sum(cart_adds), 0)::BIGINT, coalesce(sum(cart_removes), 0)::BIGINT,
  coalesce(sum(cart_sessions), 0)::BIGINT,
  coalesce(sum(wishlist_toggles), 0)::BIGINT, coalesce(sum(shares), 0)::BIGINT,
  count(*) FILTER (WHERE is_order), trim_scale(coalesce(sum(quantity), 0))
FROM (
  SELECT day, dimension, value, max(label) AS label, FALSE AS is_order,
    sum(views) AS views, count(*) FILTER (WHERE views > 0) AS view_sessions,
    sum(cart_adds) AS cart_adds, sum(cart_removes) AS cart_removes,
    count(*) FILTER (WHERE cart_adds > 0) AS cart_sessions,
    sum(wishlist_toggles) AS wishlist_toggles, sum(shares) AS shares, NULL::NUMERIC AS quantity
  FROM (
    SELECT product.session_date AS day, part.dimension COLLATE "C" AS dimension,
      coalesce(part.value, '') AS value, product.session_key, product.visitor_key,
      max(part.label) AS label, sum(product.views) AS views,
      sum(product.cart_adds) AS cart_adds, sum(product.cart_removes) AS cart_removes,
      sum(product.wishlist_toggles) AS wishlist_toggles, sum(product.shares) AS shares
    FROM session_products AS product
    CROSS JOIN LATERAL (VALUES
      ('product', product.product_id, product.product_name), ('category', product.category, NULL),
      ('brand', product.brand, NULL)) AS part (dimension, value, label)
    WHERE chosen IS NULL OR product.session_key = ANY (chosen)
    GROUP BY product.session_date, part.dimension, coalesce(part.value, ''), product.session_key,
      product.visitor_key) AS of_session
  GROUP BY day, dimension, value, visitor_key
  UNION ALL
  SELECT line.order_date, part.dimension COLLATE "C", coalesce(part.value, ''), max(part.label),
    TRUE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sum(line.quantity)
  FROM clickstream_order_lines AS line
  CROSS JOIN LATERAL (VALUES
    ('product', line.product_id, line.product_name), ('category', line.category, NULL),
    ('brand', line.brand, NULL)) AS part (dimension, value, label)
  WHERE chosen_orders IS NULL OR line.order_id = ANY (chosen_orders)
  GROUP BY line.order_date, part.dimension, coalesce(part.value, ''), line.order_id) AS counted
GROUP BY day, dimension, value
$$;

CREATE OR REPLACE VIEW mart_definitions.engagement_daily AS
SELECT * FROM engagement_daily_of(NULL, NULL);

CREATE OR REPLACE VIEW funnel_runs AS
SELECT entered_day AS day, funnel, 'session'::TEXT COLLATE "C" AS scope, login_state, channel,
  step_at, '{}'::INTEGER[] AS open_steps
FROM session_funnels WHERE entered_day IS NOT NULL
UNION ALL
SELECT session_date, funnel, 'session'::TEXT COLLATE "C", login_state, channel, '{}', open_steps
FROM session_funnels
UNION ALL
SELECT day, funnel, 'visitor'::TEXT COLLATE "C", 'all'::TEXT COLLATE "C",
  'all'::TEXT COLLATE "C", step_at, open_steps
FROM visitor_funnels;

COMMENT ON VIEW funnel_runs IS
  'Rows of session_funnels and visitor_funnels by the day on which they count: step_at on the day'
  ' of step 1, open_steps on their own day.';

-- Equal runs are counted first and unnested after. Only runs beyond step 1 have times to measure.
CREATE OR REPLACE VIEW funnel_counts AS
SELECT day, funnel, scope, login_state, channel, step,
  coalesce(sum(runs) FILTER (WHERE step <= reached), 0)::BIGINT AS closed,
  coalesce(sum(runs) FILTER (WHERE step = any(open_steps)), 0)::BIGINT AS opened,
  floor(extract(EPOCH FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY took)))::BIGINT AS median_s
FROM (
  SELECT grouped.day, grouped.funnel, grouped.scope, grouped.login_state, grouped.channel,
    step.step, grouped.reached, grouped.open_steps, grouped.runs, NULL::INTERVAL AS took
  FROM (
    SELECT day, funnel, scope, login_state, channel, cardinality(step_at) AS reached, open_steps,
      count(*) AS runs
    FROM funnel_runs
    GROUP BY day, funnel, scope, login_state, channel, cardinality(step_at), open_steps) AS grouped
  CROSS JOIN LATERAL (
    SELECT generate_series(1, grouped.reached) AS step
    UNION
    SELECT unnest(grouped.open_steps)) AS step
  UNION ALL
  SELECT run.day, run.funnel, run.scope, run.login_state, run.channel, step.step, NULL, NULL, NULL,
    run.step_at[step.step] - run.step_at[step.step - 1]
  FROM funnel_runs AS run
  CROSS JOIN LATERAL generate_series(2, cardinality(run.step_at)) AS step (step)
  WHERE cardinality(run.step_at) > 1) AS counted
GROUP BY day, funnel, scope, login_state, channel, step;

COMMENT ON VIEW funnel_counts IS
  'Counts of funnel_runs by day, funnel, scope, login state, channel and step.';

CREATE OR REPLACE FUNCTION session_funnel_daily_of(chosen UUID[])
RETURNS SETOF session_funnel_daily LANGUAGE sql STABLE AS
$$
SELECT grouped.day, grouped.funnel, grouped.login_state, grouped.channel, step.step,
  coalesce(sum(grouped.runs) FILTER (WHERE step.step <= grouped.reached), 0)::BIGINT,
  coalesce(sum(grouped.runs) FILTER (WHERE step.step = ANY (grouped.open_steps)), 0)::BIGINT
FROM (
  SELECT day, funnel, login_state, channel, reached, open_steps, count(*) AS runs
  FROM (
    SELECT entered_day AS day, funnel, login_state, channel, cardinality(step_at) AS reached,
      '{}'::INTEGER[] AS open_steps
    FROM session_funnels
    WHERE entered_day IS NOT NULL AND (chosen IS NULL OR session_key = ANY (chosen))
    UNION ALL
    SELECT session_date, funnel, login_state, channel, 0, open_steps
    FROM session_funnels
    WHERE chosen IS NULL OR session_key = ANY (chosen)) AS runs
  GROUP BY day, funnel, login_state, channel, reached, open_steps) AS grouped
CROSS JOIN LATERAL (
  SELECT generate_series(1, grouped.reached) AS step
  UNION
  SELECT unnest(grouped.open_steps)) AS step
GROUP BY grouped.day, grouped.funnel, grouped.login_state, grouped.channel, step.step
$$;

CREATE OR REPLACE VIEW mart_definitions.session_funnel_daily AS
SELECT * FROM session_funnel_daily_of(NULL);

-- Counts of visitors are not stored: a returning visitor could change any of fourteen past days.
-- Medians are not, because they are no sums.
CREATE OR REPLACE VIEW funnel_daily AS
SELECT day, funnel, 'session'::TEXT COLLATE "C" AS scope, login_state, channel, step,
  sum(closed)::BIGINT AS closed, sum(opened)::BIGINT AS opened,
  floor(extract(EPOCH FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY took)))::BIGINT AS median_s
FROM (
  SELECT day, funnel, login_state, channel, step, closed, opened, NULL::INTERVAL AS took
  FROM session_funnel_daily
  UNION ALL
  SELECT run.entered_day, run.funnel, run.login_state, run.channel, step.step, 0, 0,
    run.step_at[step.step] - run.step_at[step.step - 1]
  FROM session_funnels AS run
  CROSS JOIN LATERAL generate_series(2, cardinality(run.step_at)) AS step (step)
  WHERE cardinality(run.step_at) > 1) AS counted
GROUP BY day, funnel, login_state, channel, step
UNION ALL
SELECT day, funnel, scope, login_state, channel, step, closed, opened, median_s
FROM funnel_counts
WHERE scope = 'visitor';

COMMENT ON VIEW funnel_daily IS
  'One row per reporting day, funnel, scope, login state, channel and step. Counts of sessions'
  ' are stored in session_funnel_daily: query that if you need no medians. Medians, and counts of'
  ' visitors (within 14 days, login state and channel all), are computed by the query.';

-- Sessions with the same path are counted first, and their steps paired after.
CREATE OR REPLACE FUNCTION transition_daily_of(chosen UUID[])
RETURNS SETOF transition_daily LANGUAGE sql STABLE AS
$$
SELECT day, kind,
  sha256(convert_to(jsonb_build_array(from_step, to_step)::TEXT, 'UTF8')), from_step, to_step,
  sum(transitions)::BIGINT, sum(sessions)::BIGINT
FROM (
  SELECT way.day, way.kind, pair.from_step, pair.to_step, way.sessions * pair.times AS transitions,
    way.sessions
  FROM (
    SELECT session_date AS day, kind, steps, count(*) AS sessions
    FROM session_paths
    WHERE chosen IS NULL OR session_key = ANY (chosen)
    GROUP BY session_date, kind, steps) AS way
  CROSS JOIN LATERAL (
    -- Pairs each step with the next one.
    SELECT from_step, to_step, count(*) AS times
    FROM unnest(way.steps, way.steps[2:]) AS pair (from_step, to_step)
    WHERE to_step IS NOT NULL
    GROUP BY from_step, to_step) AS pair) AS pairs
GROUP BY day, kind, from_step, to_step
$$;

CREATE OR REPLACE VIEW mart_definitions.transition_daily AS
SELECT * FROM transition_daily_of(NULL);

CREATE OR REPLACE FUNCTION path_daily_of(chosen UUID[])
RETURNS SETOF path_daily LANGUAGE sql STABLE AS
$$
SELECT session_date, kind, sha256(convert_to(to_jsonb(path)::TEXT, 'UTF8')), path, sessions,
  converted
FROM (
  SELECT session_date, kind, steps[1:6] AS path, count(*) AS sessions,
    count(*) FILTER (WHERE is_converted) AS converted
  FROM session_paths
  WHERE chosen IS NULL OR session_key = ANY (chosen)
  GROUP BY session_date, kind, steps[1:6]) AS counted
$$;

CREATE OR REPLACE VIEW mart_definitions.path_daily AS
SELECT * FROM path_daily_of(NULL);

CREATE OR REPLACE FUNCTION page_daily_of(chosen UUID[])
RETURNS SETOF page_daily LANGUAGE sql STABLE AS
$$
SELECT day, sha256(convert_to(page_path, 'UTF8')), page_path,
  sum(views)::BIGINT, sum(sessions)::BIGINT, sum(converted)::BIGINT, sum(entries)::BIGINT,
  sum(bounces)::BIGINT, sum(exits)::BIGINT
FROM (
  SELECT session_date AS day, page_path, sum(views) AS views, count(*) AS sessions,
    count(*) FILTER (WHERE is_converted) AS converted, 0 AS entries, 0 AS bounces, 0 AS exits
  FROM session_pages
  WHERE chosen IS NULL OR session_key = ANY (chosen)
  GROUP BY session_date, page_path
  UNION ALL
  SELECT session_date, landing_page_path, 0, 0, 0, count(*), count(*) FILTER (WHERE is_bounce), 0
  FROM clickstream_sessions
  WHERE NOT is_bot AND landing_page_path IS NOT NULL
    AND (chosen IS NULL OR session_key = ANY (chosen))
  GROUP BY session_date, landing_page_path
  UNION ALL
  SELECT session_date, exit_page_path, 0, 0, 0, 0, 0, count(*)
  FROM clickstream_sessions
  WHERE NOT is_bot AND exit_page_path IS NOT NULL
    AND (chosen IS NULL OR session_key = ANY (chosen))
  GROUP BY session_date, exit_page_path) AS parts
GROUP BY day, page_path
$$;

CREATE OR REPLACE VIEW mart_definitions.page_daily AS
SELECT * FROM page_daily_of(NULL);

-- Visitors are grouped first: DISTINCT would sort all rows.
CREATE OR REPLACE FUNCTION acquisition_daily_of(chosen UUID[])
RETURNS SETOF acquisition_daily LANGUAGE sql STABLE AS
$$
SELECT day,
  sha256(convert_to(
    jsonb_build_array(channel, source, medium, campaign)::TEXT, 'UTF8')),
  channel, source, medium, campaign, sum(sessions)::BIGINT, count(*), sum(new_visitors)::BIGINT,
  sum(engaged_sessions)::BIGINT, sum(converted_sessions)::BIGINT
FROM (
  SELECT session_date AS day, channel, source, medium, coalesce(campaign, '') AS campaign,
    count(*) AS sessions,
    count(*) FILTER (WHERE is_new_visitor) AS new_visitors,
    count(*) FILTER (WHERE is_engaged) AS engaged_sessions,
    count(*) FILTER (WHERE is_converted) AS converted_sessions
  FROM session_acquisition
  WHERE chosen IS NULL OR session_key = ANY (chosen)
  GROUP BY session_date, channel, source, medium, coalesce(campaign, ''), visitor_id) AS visitor
GROUP BY day, channel, source, medium, campaign
$$;

CREATE OR REPLACE VIEW mart_definitions.acquisition_daily AS
SELECT * FROM acquisition_daily_of(NULL);
