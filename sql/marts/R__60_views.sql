-- Views that are not stored. Most depend on the latest day or on all sessions of a visitor, so that
-- a backfill would change many rows; others give columns the names of other tools.
-- The grain of each is in its comment.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE VIEW v_sessions_numbered AS
SELECT session.*, row_number() OVER (PARTITION BY visitor_id ORDER BY started_at) AS session_number
FROM clickstream_sessions AS session;

COMMENT ON VIEW v_sessions_numbered IS
  'Sessions with session_number: the position among the visitor''s stored sessions, from 1.';

CREATE OR REPLACE VIEW v_events_numbered AS
SELECT event.*, step.ordered_at,
  row_number() OVER (
    PARTITION BY session.session_key ORDER BY step.ordered_at, step.client_timestamp, step.event_id)
    AS event_index_in_session
FROM clickstream_sessions AS session
CROSS JOIN LATERAL
  events_in_order(session.session_key) AS step
JOIN event_details AS event ON event.event_id = step.event_id;

COMMENT ON VIEW v_events_numbered IS
  'Events with event_index_in_session, from 1, in the order of events_in_order. Query one session'
  ' at a time.';

CREATE OR REPLACE VIEW v_loaded_days AS
WITH ledger AS (
  SELECT range_agg(tstzrange(
    window_from,
    -- An hour that was listed before it ended is loaded up to the listing.
    CASE WHEN started_at > window_from THEN least(window_to, started_at) ELSE window_to END))
    AS hours
  FROM etl_runs WHERE mode NOT IN ('rebuild', 'erase')),
days AS (
  SELECT day::DATE AS day,
    tstzrange(
      day AT TIME ZONE (SELECT reporting_zone()),
      (day + INTERVAL '1 day') AT TIME ZONE (SELECT reporting_zone())) AS hours
  FROM ledger
  CROSS JOIN LATERAL generate_series(
    date_trunc('day', lower(ledger.hours) AT TIME ZONE (SELECT reporting_zone())),
    upper(ledger.hours) AT TIME ZONE (SELECT reporting_zone()),
    INTERVAL '1 day') AS days (day))
SELECT part.day, lower(part.loaded) AS loaded_from, upper(part.loaded) AS loaded_to,
  part.loaded = tstzmultirange(part.hours) AS is_complete
FROM (
  SELECT days.day, days.hours, ledger.hours * tstzmultirange(days.hours) AS loaded
  FROM days CROSS JOIN ledger) AS part
WHERE NOT isempty(part.loaded);

COMMENT ON VIEW v_loaded_days IS
  'One row per reporting day of which the ledger has loaded something: the first and the last'
  ' instant that is loaded, and is_complete, which is true if all of the day is. Late events can'
  ' give other days a few events.';

CREATE OR REPLACE VIEW v_today AS
SELECT max(day) AS day FROM traffic_daily;

COMMENT ON VIEW v_today IS
  'The greatest reporting day loaded, which recency and retention use as today.';

CREATE OR REPLACE VIEW v_retention_weekly AS
SELECT cohort.cohort_week, number.week_number, cohort.visitors AS cohort_visitors,
  -- NULL for a week that is not over; 0 for one that is over and had no visitor.
  CASE
    WHEN cohort.cohort_week + 7 * number.week_number + 6 <= whole.day
      THEN coalesce(returned.visitors, 0) END AS visitors,
  CASE WHEN number.week_number = 0 THEN 1
    WHEN cohort.cohort_week + 7 * number.week_number + 6 <= whole.day
    THEN round(coalesce(returned.visitors, 0)::NUMERIC / cohort.visitors, 6) END AS share
FROM v_today AS today
-- The last day that is loaded to its end. Without a ledger it is the last day.
CROSS JOIN (
  SELECT coalesce(max(day) FILTER (WHERE is_complete), '-infinity') AS day, count(*) AS days
  FROM v_loaded_days) AS complete
CROSS JOIN LATERAL (
  SELECT CASE WHEN complete.days = 0 THEN today.day ELSE least(today.day, complete.day) END AS day
) AS whole
CROSS JOIN (
  SELECT cohort_week, count(*) AS visitors
  FROM visitor_weeks
  WHERE week = cohort_week
  GROUP BY cohort_week) AS cohort
CROSS JOIN LATERAL generate_series(0, (today.day - cohort.cohort_week) / 7) AS number (week_number)
LEFT JOIN (
  SELECT cohort_week, (week - cohort_week) / 7 AS week_number, count(*) AS visitors
  FROM visitor_weeks GROUP BY cohort_week, week) AS returned
  ON returned.cohort_week = cohort.cohort_week AND returned.week_number = number.week_number;

COMMENT ON VIEW v_retention_weekly IS
  'One row per weekly cohort and week: the visitors of the cohort that returned in exactly that'
  ' week. NULL for a week that is not over.';

CREATE OR REPLACE VIEW v_attribution_daily AS
SELECT touch.order_date AS day, model.model COLLATE "C" AS model, touch.channel,
  coalesce(touch.currency, '') AS currency,
  sum(model.orders) AS orders, sum(model.revenue_minor) AS revenue_minor
FROM order_touches AS touch
CROSS JOIN LATERAL (VALUES
  ('first', CASE WHEN touch.touch = 1 THEN 1 ELSE 0 END::NUMERIC, touch.first_minor),
  ('last', CASE WHEN touch.touch = touch.touches THEN 1 ELSE 0 END::NUMERIC, touch.last_minor),
  ('linear', 1::NUMERIC / touch.touches, touch.linear_minor)) AS model (model, orders,
  revenue_minor)
GROUP BY touch.order_date, model.model, touch.channel, coalesce(touch.currency, '');

COMMENT ON VIEW v_attribution_daily IS
  'One row per reporting day of orders, model (first, last, linear), channel and currency:'
  ' credited orders and revenue. Revenue is NULL if no credited order has a known one.';

CREATE OR REPLACE VIEW v_rfm AS
SELECT customer, currency, recency_days, orders, revenue_minor,
  -- Customers with equal values have the rank of the first of them, and so equal scores.
  5 - 5 * (rank() OVER (PARTITION BY currency ORDER BY recency_days) - 1) / customers
    AS recency_score,
  1 + 5 * (rank() OVER (PARTITION BY currency ORDER BY orders) - 1) / customers
    AS frequency_score,
  CASE
    WHEN revenue_minor IS NOT NULL
      THEN
        1 + 5 * (rank() OVER (PARTITION BY currency ORDER BY revenue_minor) - 1)
        / count(revenue_minor) OVER (PARTITION BY currency) END AS monetary_score
FROM (
  SELECT coalesce('u:' || placed.user_id, placed.visitor_id) AS customer,
    coalesce(placed.currency, '') AS currency,
    (SELECT day FROM v_today) - max(placed.order_date) AS recency_days, count(*) AS orders,
    sum(placed.revenue_minor) AS revenue_minor,
    count(*) OVER (PARTITION BY coalesce(placed.currency, '')) AS customers
  FROM clickstream_orders AS placed
  GROUP BY 1, 2) AS bought;

COMMENT ON VIEW v_rfm IS
  'One row per customer (user, else visitor) and currency: recency, frequency and monetary value,'
  ' each with a score from 1 to 5 (best): the fifth of the customers in which its rank is. Equal'
  ' customers have equal scores. Recency counts back from the greatest reporting day. The monetary'
  ' value is NULL if no order has a known one.';

CREATE OR REPLACE VIEW v_volume_anomaly AS
WITH whole_days AS (
  SELECT traffic.day, traffic.events
  FROM traffic_daily AS traffic JOIN v_loaded_days AS loaded USING (day)
  WHERE loaded.is_complete)
SELECT day, events, median_events, deviation,
  CASE
    WHEN deviation > 0
      THEN round((0.6745 * (events - median_events) / deviation)::NUMERIC, 2) END AS robust_z
FROM (
  SELECT daily.day, daily.events, middle.median_events,
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(before.events - middle.median_events))
      FROM whole_days AS before
      WHERE before.day IN (daily.day - 7, daily.day - 14, daily.day - 21, daily.day - 28))
      AS deviation
  FROM whole_days AS daily
  CROSS JOIN LATERAL (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY before.events) AS median_events
    FROM whole_days AS before
    WHERE before.day IN (daily.day - 7, daily.day - 14, daily.day - 21, daily.day - 28)
    HAVING count(*) = 4) AS middle) AS measured;

COMMENT ON VIEW v_volume_anomaly IS
  'One row per reporting day: its events against the same weekday of the four weeks before.'
  ' robust_z is the robust z-score by median and median absolute deviation; NULL if the deviation'
  ' is 0. Beyond 3.5 is unusual. Days that are not completely loaded, or without all four weeks,'
  ' are left out.';

CREATE OR REPLACE VIEW v_rejected_hourly AS
SELECT to_timestamp(substr(object_key, 1, 13) || ' +00', 'YYYY/MM/DD/HH24 TZH') AS hour, reason,
  count(*) AS records
FROM rejected_records GROUP BY 1, 2;

COMMENT ON VIEW v_rejected_hourly IS
  'One row per UTC hour of reception and reason: number of rejected records.';

CREATE OR REPLACE VIEW v_duplicate_hourly AS
SELECT to_timestamp(substr(object_key, 1, 13) || ' +00', 'YYYY/MM/DD/HH24 TZH') AS hour,
  count(*) AS records
FROM duplicate_records GROUP BY 1;

COMMENT ON VIEW v_duplicate_hourly IS 'One row per UTC hour of reception: number of duplicates.';

CREATE OR REPLACE VIEW v_ga4_events AS
SELECT
  to_char(event.occurred_at AT TIME ZONE (SELECT reporting_zone()), 'YYYYMMDD') COLLATE "C"
    AS event_date,
  (extract(EPOCH FROM event.occurred_at) * 1000000)::BIGINT AS event_timestamp,
  CASE event.canonical_name
    WHEN 'home_view' THEN 'page_view'
    WHEN 'category_view' THEN 'view_item_list'
    WHEN 'product_view' THEN 'view_item'
    WHEN 'add_to_cart_click' THEN 'add_to_cart'
    WHEN 'remove_from_cart_click' THEN 'remove_from_cart'
    WHEN 'wishlist_toggle' THEN 'add_to_wishlist'
    WHEN 'share_click' THEN 'share'
    WHEN 'login_success' THEN 'login'
    WHEN 'checkout_start' THEN 'begin_checkout'
    WHEN 'checkout_complete' THEN 'purchase'
    ELSE event.event_name END AS event_name,
  event.client_id AS user_pseudo_id, event.user_id, event.session_key AS ga_session_id,
  event.page_url AS page_location, event.page_title, event.referrer AS page_referrer,
  event.utm_source AS source, event.utm_medium AS medium, event.utm_campaign AS campaign,
  event.device_category, event.context_product_id AS item_id,
  event.context_product_name AS item_name,
  event.context_product_category AS item_category, event.context_product_brand AS item_brand,
  event.context_product_price AS price_minor, event.order_id AS transaction_id,
  event.order_value_minor AS value_minor, event.currency, event.event_id
FROM event_details AS event
WHERE NOT event.is_bot
  AND NOT EXISTS (
    SELECT FROM clickstream_sessions AS session
    WHERE session.session_key = event.session_key AND session.bot_reason = 'volume');

COMMENT ON VIEW v_ga4_events IS
  'Events without bots, flat, under the column and event names of GA4''s BigQuery export. For'
  ' queries written for GA4.';

CREATE OR REPLACE VIEW v_snowplow_sessions AS
SELECT session.session_key AS domain_sessionid, session.client_id AS domain_userid, session.user_id,
  row_number() OVER (PARTITION BY session.visitor_id ORDER BY session.started_at)
    AS domain_sessionidx,
  session.started_at AS start_tstamp, session.ended_at AS end_tstamp,
  session.duration_s AS absolute_time_in_s,
  session.page_view_count AS page_views, session.event_count AS total_events, session.is_engaged,
  session.landing_page_url AS first_page_url, session.landing_page_path AS first_page_urlpath,
  session.exit_page_url AS last_page_url, session.exit_page_path AS last_page_urlpath,
  session.referrer AS page_referrer, session.referrer_host AS refr_urlhost,
  session.utm_source AS mkt_source, session.utm_medium AS mkt_medium,
  session.utm_campaign AS mkt_campaign,
  session.utm_term AS mkt_term, session.utm_content AS mkt_content, session.click_id AS mkt_clickid,
  session.default_channel_group, session.device_category AS device_class, session.is_converted,
  -- Columns that the unified package names differently from the web package, or adds.
  session.session_key AS session_identifier, session.client_id AS user_identifier,
  row_number() OVER (PARTITION BY session.visitor_id ORDER BY session.started_at)
    AS device_session_index,
  session.page_view_count AS views, session.referrer, session.first_event_name,
  session.last_event_name, session.device_category
FROM clickstream_sessions AS session
WHERE NOT session.is_bot;

COMMENT ON VIEW v_snowplow_sessions IS
  'Sessions without bots under the column names of Snowplow''s web and unified sessions tables.'
  ' For queries written for Snowplow.';

GRANT SELECT ON v_sessions_numbered, v_events_numbered, v_loaded_days, v_today, v_retention_weekly,
  v_attribution_daily, v_rfm, v_volume_anomaly,
  v_rejected_hourly, v_duplicate_hourly, v_ga4_events, v_snowplow_sessions, funnel_events,
  funnel_runs, funnel_counts, funnel_daily TO clickstream_reader;
GRANT SELECT ON funnel_events, funnel_runs, funnel_counts, funnel_daily TO clickstream_etl;
