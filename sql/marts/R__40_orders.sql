-- Marts of orders, without bots.
--
-- Mart                     Grain: one row per            Window: a row depends on
-- clickstream_orders       order                         its first 1,000 claims, of any visitor
-- clickstream_order_lines  line of an order              as clickstream_orders
-- order_touches            order, touch (session)        the order; the visitor's last 50 sessions
--                                                        in the 90 days before it
--
-- An order of the closed period is final: later claims of it change nothing.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION line_quantity(line JSONB)
RETURNS NUMERIC LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT CASE WHEN line ? 'quantity' THEN (line ->> 'quantity')::NUMERIC ELSE 1 END
$$;

COMMENT ON FUNCTION line_quantity IS
  'Returns the quantity of an order line: 1 if none was sent, NULL if the one that was is'
  ' unusable.';

CREATE OR REPLACE FUNCTION line_revenue_minor(line JSONB)
RETURNS NUMERIC LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT line_quantity(line)
    * CASE WHEN line ? 'discount_price_minor' THEN line ->> 'discount_price_minor'
      ELSE line ->> 'price_minor' END::NUMERIC
$$;

COMMENT ON FUNCTION line_revenue_minor IS
  'Returns quantity × (discounted price, else price) of an order line; NULL if one is unknown, also'
  ' if a discounted price was sent that is unusable.';

CREATE OR REPLACE FUNCTION order_revenue_minor(
  order_value_minor BIGINT, is_order_value_unusable BOOLEAN, order_items JSONB)
RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT coalesce(order_value_minor, (
    SELECT CASE
      WHEN bool_and(coalesce(abs(line.revenue) <= 1000000000000000, FALSE))
        AND abs(sum(line.revenue)) <= 1000000000000000
        THEN round(sum(line.revenue))::BIGINT END
    FROM (
      SELECT line_revenue_minor(item) AS revenue
      FROM jsonb_array_elements(order_items) AS item) AS line
    WHERE is_order_value_unusable IS NOT TRUE))
$$;

COMMENT ON FUNCTION order_revenue_minor IS
  'Returns the value of an order as sent, else the sum of its lines. NULL if a value was sent that'
  ' is unusable, if the revenue of a line is unknown, or if a line or the sum is beyond 10^15, as'
  ' no value that is sent may be.';

CREATE OR REPLACE FUNCTION is_closed_order(wanted TEXT)
RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT EXISTS (
    SELECT FROM clickstream_orders AS placed
    WHERE placed.order_id = wanted AND placed.ordered_at < (SELECT closed_before()))
$$;

COMMENT ON FUNCTION is_closed_order IS 'Returns true if an order was placed in the closed period.';

-- A claim is a checkout_complete event with the order's id. A signed one comes first, then the one
-- that was received first: a client cannot set that time. LIMIT makes the planner read the
-- claims order by order, from the index clickstream_events_order.
CREATE OR REPLACE VIEW mart_definitions.clickstream_orders AS
SELECT wanted.order_id, placed.event_id, placed.session_key, placed.visitor_id, placed.user_id,
  placed.ordered_at,
  (placed.ordered_at AT TIME ZONE (SELECT reporting_zone()))::DATE AS order_date, placed.channel,
  placed.login_state,
  coalesce(jsonb_array_length(placed.order_items), 0)::BIGINT AS line_count,
  order_revenue_minor(
    placed.order_value_minor, placed.is_order_value_unusable, placed.order_items) AS revenue_minor,
  placed.currency, placed.is_signed, placed.conflicting_claims
FROM (
  SELECT DISTINCT coalesce(order_id, event_id::TEXT) AS order_id
  FROM clickstream_events
  WHERE canonical_name = 'checkout_complete'
    AND ((SELECT closed_before()) = '-infinity'
      OR NOT is_closed_order(coalesce(order_id, event_id::TEXT)))) AS wanted
CROSS JOIN LATERAL (
  SELECT claim.event_id, claim.session_key, claim.visitor_id, claim.user_id,
    claim.occurred_at AS ordered_at, session.default_channel_group AS channel,
    CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login_state,
    claim.order_items, claim.order_value_minor, claim.is_order_value_unusable, claim.currency,
    claim.is_signed,
    count(*) OVER () - count(*) OVER (PARTITION BY claim.visitor_id) AS conflicting_claims
  FROM (
    SELECT event.*
    FROM clickstream_events AS event
    WHERE event.canonical_name = 'checkout_complete'
      AND coalesce(event.order_id, event.event_id::TEXT) = wanted.order_id
    ORDER BY event.is_signed DESC, event.event_timestamp ASC, event.event_id ASC
    LIMIT 1000) AS claim
  JOIN clickstream_sessions AS session ON session.session_key = claim.session_key
  WHERE NOT session.is_bot
  ORDER BY claim.is_signed DESC, claim.event_timestamp ASC, claim.event_id ASC
  LIMIT 1) AS placed
WHERE placed.ordered_at >= (SELECT closed_before());

CREATE OR REPLACE VIEW mart_definitions.clickstream_order_lines AS
SELECT placed.order_id, line.ordinality AS line, placed.order_date, placed.channel,
  placed.login_state,
  line.item ->> 'product_id' AS product_id, line.item ->> 'name' AS product_name,
  line.item ->> 'category' AS category, line.item ->> 'brand' AS brand,
  line_quantity(line.item) AS quantity, (line.item ->> 'price_minor')::NUMERIC AS price_minor,
  (line.item ->> 'discount_price_minor')::NUMERIC AS discount_price_minor,
  CASE WHEN abs(revenue.minor) <= 1000000000000000 THEN revenue.minor END AS revenue_minor,
  placed.currency
FROM clickstream_orders AS placed
CROSS JOIN LATERAL (
  SELECT order_items FROM clickstream_events AS event
  WHERE event.event_id = placed.event_id OFFSET 0) AS event
CROSS JOIN LATERAL jsonb_array_elements(event.order_items) WITH ORDINALITY
  AS line (item, ordinality)
CROSS JOIN LATERAL (SELECT line_revenue_minor(line.item) AS minor) AS revenue
WHERE placed.ordered_at >= (SELECT closed_before());

CREATE OR REPLACE VIEW mart_definitions.order_touches AS
SELECT order_id, touch, touches, session_key, touched_at, ordered_at, order_date, channel, source,
  medium, campaign,
  CASE WHEN touch = 1 THEN revenue_minor WHEN revenue_minor IS NOT NULL THEN 0 END AS first_minor,
  CASE WHEN touch = touches THEN revenue_minor WHEN revenue_minor IS NOT NULL THEN 0 END
    AS last_minor,
  floor(revenue_minor::NUMERIC / touches)::BIGINT
    + CASE
      WHEN touch <= revenue_minor - floor(revenue_minor::NUMERIC / touches) * touches THEN 1
      ELSE 0 END AS linear_minor,
  currency
FROM (
  SELECT placed.order_id, placed.ordered_at, placed.order_date, placed.revenue_minor,
    placed.currency,
    visit.session_key, visit.started_at AS touched_at, visit.channel, visit.source, visit.medium,
    visit.campaign,
    row_number() OVER (PARTITION BY placed.order_id ORDER BY visit.started_at, visit.session_key)
      AS touch,
    count(*) OVER (PARTITION BY placed.order_id) AS touches
  FROM clickstream_orders AS placed
  CROSS JOIN LATERAL (
    SELECT visit.*, bool_or(visit.channel <> 'Direct') OVER () AS others
    FROM (
      SELECT acquired.*
      FROM sessions_and_past AS acquired
      WHERE acquired.visitor_id = placed.visitor_id AND acquired.started_at <= placed.ordered_at
        -- Hours, because the length of a day depends on the time zone of the connection.
        AND acquired.started_at >= placed.ordered_at - INTERVAL '2160 hours'
        AND NOT acquired.is_bot
      ORDER BY acquired.started_at DESC
      LIMIT 50) AS visit
    OFFSET 0) AS visit
  WHERE placed.ordered_at >= (SELECT closed_before())
    AND (visit.channel <> 'Direct' OR NOT visit.others)) AS credited;
