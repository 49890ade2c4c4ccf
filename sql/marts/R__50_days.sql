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

-- LATERAL per day: PostgreSQL does not push a condition on the day through GROUPING SETS.
CREATE OR REPLACE VIEW mart_definitions.engagement_daily AS
SELECT traffic.day, engagement.dimension,
  sha256(convert_to(engagement.value, 'UTF8')) AS value_hash, engagement.value,
  engagement.label, engagement.views, engagement.view_sessions, engagement.unique_visitors,
  engagement.cart_adds, engagement.cart_removes, engagement.cart_sessions,
  engagement.wishlist_toggles, engagement.shares, engagement.orders, engagement.quantity
FROM traffic_daily AS traffic
CROSS JOIN LATERAL (
  SELECT
    CASE
      WHEN grouping(product_id) = 0 THEN 'product'
      WHEN grouping(category) = 0 THEN 'category'
      ELSE 'brand' END COLLATE "C" AS dimension,
    coalesce(product_id, category, brand) AS value,
    CASE WHEN grouping(product_id) = 0 THEN max(product_name) END AS label,
    coalesce(sum(views), 0)::BIGINT AS views,
    count(DISTINCT session_key) FILTER (WHERE views > 0) AS view_sessions,
    count(DISTINCT visitor_key) FILTER (WHERE views > 0) AS unique_visitors,
    coalesce(sum(cart_adds), 0)::BIGINT AS cart_adds,
    coalesce(sum(cart_removes), 0)::BIGINT AS cart_removes,
    count(DISTINCT session_key) FILTER (WHERE cart_adds > 0) AS cart_sessions,
    coalesce(sum(wishlist_toggles), 0)::BIGINT AS wishlist_toggles,
    coalesce(sum(shares), 0)::BIGINT AS shares,
    count(DISTINCT order_id) AS orders,
    coalesce(sum(quantity), 0) AS quantity
  FROM (
    SELECT coalesce(product_id, '') AS product_id, coalesce(category, '') AS category,
      coalesce(brand, '') AS brand,
      product_name, session_key, visitor_key, views, cart_adds, cart_removes, wishlist_toggles,
      shares, NULL::TEXT AS order_id, NULL::NUMERIC AS quantity
    FROM session_products WHERE session_date = traffic.day
    UNION ALL
    SELECT coalesce(product_id, ''), coalesce(category, ''), coalesce(brand, ''),
      product_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, order_id, quantity
    FROM clickstream_order_lines WHERE order_date = traffic.day) AS part
  GROUP BY GROUPING SETS ((product_id), (category), (brand))) AS engagement;

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

CREATE OR REPLACE VIEW mart_definitions.session_funnel_daily AS
SELECT day, funnel, login_state, channel, step, closed, opened, median_s
FROM funnel_counts
WHERE scope = 'session';

-- Counts of visitors are not stored: a returning visitor could change any of fourteen past days.
CREATE OR REPLACE VIEW funnel_daily AS
SELECT day, funnel, 'session'::TEXT COLLATE "C" AS scope, login_state, channel, step, closed,
  opened, median_s
FROM session_funnel_daily
UNION ALL
SELECT day, funnel, scope, login_state, channel, step, closed, opened, median_s
FROM funnel_counts
WHERE scope = 'visitor';

COMMENT ON VIEW funnel_daily IS
  'One row per reporting day, funnel, scope, login state, channel and step. Counts of sessions'
  ' are stored in session_funnel_daily. Counts of visitors (within 14 days, login state and'
  ' channel all) are computed by the query.';

-- Sessions with the same path are counted first, and their steps paired after.
CREATE OR REPLACE VIEW mart_definitions.transition_daily AS
SELECT day, kind,
  sha256(convert_to(jsonb_build_array(from_step, to_step)::TEXT, 'UTF8')) AS pair_hash, from_step,
  to_step,
  sum(transitions)::BIGINT AS transitions, sum(sessions)::BIGINT AS sessions
FROM (
  SELECT way.day, way.kind, pair.from_step, pair.to_step, way.sessions * pair.times AS transitions,
    way.sessions
  FROM (
    SELECT session_date AS day, kind, steps, count(*) AS sessions
    FROM session_paths
    GROUP BY session_date, kind, steps) AS way
  CROSS JOIN LATERAL (
    -- Pairs each step with the next one.
    SELECT from_step, to_step, count(*) AS times
    FROM unnest(way.steps, way.steps[2:]) AS pair (from_step, to_step)
    WHERE to_step IS NOT NULL
    GROUP BY from_step, to_step) AS pair) AS pairs
GROUP BY day, kind, from_step, to_step;

CREATE OR REPLACE VIEW mart_definitions.path_daily AS
SELECT session_date AS day, kind,
  sha256(convert_to(to_jsonb(steps[1:6])::TEXT, 'UTF8')) AS path_hash, steps[1:6] AS path,
  count(*) AS sessions, count(*) FILTER (WHERE is_converted) AS converted
FROM session_paths
GROUP BY session_date, kind, steps[1:6];

CREATE OR REPLACE VIEW mart_definitions.page_daily AS
SELECT day, sha256(convert_to(page_path, 'UTF8')) AS page_hash, page_path,
  count(*) FILTER (WHERE is_entry) AS entries,
  count(*) FILTER (WHERE is_entry AND is_bounce) AS bounces,
  count(*) FILTER (WHERE NOT is_entry) AS exits
FROM (
  SELECT session_date AS day, landing_page_path AS page_path, TRUE AS is_entry, is_bounce
  FROM clickstream_sessions WHERE NOT is_bot AND landing_page_path IS NOT NULL
  UNION ALL
  SELECT session_date, exit_page_path, FALSE, is_bounce
  FROM clickstream_sessions WHERE NOT is_bot AND exit_page_path IS NOT NULL) AS ends
GROUP BY day, page_path;

CREATE OR REPLACE VIEW mart_definitions.acquisition_daily AS
SELECT session_date AS day,
  sha256(convert_to(
    jsonb_build_array(channel, source, medium, coalesce(campaign, ''))::TEXT,
    'UTF8')) AS origin_hash,
  channel, source, medium, coalesce(campaign, '') AS campaign,
  count(*) AS sessions, count(DISTINCT visitor_id) AS visitors,
  count(*) FILTER (WHERE is_new_visitor) AS new_visitors,
  count(*) FILTER (WHERE is_engaged) AS engaged_sessions,
  count(*) FILTER (WHERE is_converted) AS converted_sessions
FROM session_acquisition
GROUP BY session_date, channel, source, medium, coalesce(campaign, '');
