-- Eighteen choices of filters, and the numbers of the dashboards for each, computed from
-- event_details and clickstream_sessions alone: no mart, other view or function of the warehouse is
-- read, but the reporting zone and the rule table of funnels. test-scenarios.R compares them with
-- the functions of the dashboards.

-- Compiling costs more than it saves on few rows.
SET jit TO off;

CREATE SCHEMA scenario;

-- Sessions of people. Counts and flags are computed from the events again.
CREATE TABLE scenario.people AS
SELECT
  session.session_key, session.visitor_id, session.session_date, session.started_at,
  session.default_channel_group AS channel, session.source, session.medium,
  coalesce(session.utm_campaign, '') AS campaign, coalesce(session.device_category, '') AS device,
  session.landing_page_path, session.exit_page_path,
  CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END AS login,
  row_number() OVER (PARTITION BY session.visitor_id ORDER BY session.started_at) = 1 AS is_new,
  counted.duration > INTERVAL '10 seconds' OR counted.page_views >= 2 OR counted.converted
    AS engaged,
  counted.converted, counted.page_views,
  floor(extract(EPOCH FROM counted.duration))::BIGINT AS duration_s
FROM clickstream_sessions AS session
JOIN (
  SELECT
    session_key, max(occurred_at) - min(occurred_at) AS duration,
    bool_or(canonical_name = 'checkout_complete') AS converted,
    count(*) FILTER (
      WHERE canonical_name IN ('page_view', 'home_view', 'category_view', 'product_view')
        AND device_category IS DISTINCT FROM 'server') AS page_views
  FROM event_details
  GROUP BY session_key) AS counted USING (session_key)
WHERE NOT session.is_bot;

-- Events of people in the order of their tabs (docs/adr/0015-order-of-events-in-a-session.md).
CREATE TABLE scenario.steps AS
SELECT
  session_key, visitor_id, name, page_path, at, is_view,
  row_number() OVER (PARTITION BY session_key ORDER BY at, clock, event_id) AS place
FROM (
  SELECT
    tabbed.session_key, tabbed.visitor_id, tabbed.event_id, tabbed.page_path,
    tabbed.canonical_name AS name, coalesce(tabbed.client_timestamp, tabbed.occurred_at) AS clock,
    (
      tabbed.canonical_name IN ('page_view', 'home_view', 'category_view', 'product_view')
      AND coalesce(tabbed.device_category, '') <> 'server') AS is_view,
    CASE
      WHEN tabbed.tab IS NULL THEN tabbed.occurred_at
      ELSE min(tabbed.occurred_at) OVER (
        PARTITION BY tabbed.session_key, tabbed.tab
        ORDER BY tabbed.client_timestamp DESC, tabbed.event_id DESC)
    END AS at
  FROM (
    SELECT
      event.*,
      CASE
        WHEN event.client_timestamp IS NOT NULL AND coalesce(event.device_category, '') <> 'server'
          THEN coalesce('s:' || event.session_id, 'c:' || event.client_id)
      END AS tab
    FROM event_details AS event JOIN scenario.people USING (session_key)) AS tabbed) AS placed;
CREATE INDEX ON scenario.steps (session_key, place);

-- Products of sessions, by their last name, category and brand there.
CREATE TABLE scenario.touched AS
SELECT
  touch.session_key, touch.visitor_id, touch.product_id,
  (array_agg(touch.category ORDER BY touch.occurred_at DESC, touch.event_id DESC)
    FILTER (WHERE touch.category IS NOT NULL))[1] AS category,
  (array_agg(touch.brand ORDER BY touch.occurred_at DESC, touch.event_id DESC)
    FILTER (WHERE touch.brand IS NOT NULL))[1] AS brand,
  count(*) FILTER (WHERE touch.name = 'product_view') AS views,
  count(*) FILTER (WHERE touch.name = 'add_to_cart_click') AS cart_adds,
  count(*) FILTER (WHERE touch.name = 'remove_from_cart_click') AS cart_removes,
  count(*) FILTER (WHERE touch.name = 'wishlist_toggle') AS wishlist_toggles,
  count(*) FILTER (WHERE touch.name = 'share_click') AS shares
FROM (
  SELECT
    session_key, event.visitor_id, occurred_at, event_id, canonical_name AS name,
    context_product_id AS product_id, context_product_category AS category,
    context_product_brand AS brand
  FROM event_details AS event JOIN scenario.people USING (session_key)
  WHERE context_product_id IS NOT NULL
    AND canonical_name IN (
      'product_view', 'add_to_cart_click', 'remove_from_cart_click', 'wishlist_toggle',
      'share_click')) AS touch
GROUP BY touch.session_key, touch.visitor_id, touch.product_id;
CREATE INDEX ON scenario.touched (session_key);

-- Orders by the signed claim, else the one received first.
CREATE TABLE scenario.orders AS
SELECT
  claim.order_id, claim.session_key, claim.visitor_id, claim.occurred_at AS ordered_at,
  (claim.occurred_at AT TIME ZONE setting.reporting_zone)::DATE AS order_date,
  claim.items, coalesce(claim.currency, '') AS currency,
  coalesce('u:' || claim.user_id, claim.visitor_id) AS customer,
  coalesce(claim.order_value_minor, (
    SELECT CASE WHEN bool_and(line.revenue IS NOT NULL) THEN round(sum(line.revenue)) END
    FROM (
      SELECT
        CASE WHEN item ? 'quantity' THEN (item ->> 'quantity')::NUMERIC ELSE 1 END
        * CASE
          WHEN item ? 'discount_price_minor' THEN (item ->> 'discount_price_minor')::NUMERIC
          ELSE (item ->> 'price_minor')::NUMERIC
        END AS revenue
      FROM jsonb_array_elements(claim.items) AS item) AS line)) AS revenue_minor
FROM (
  SELECT DISTINCT ON (coalesce(event.order_id, event.event_id::TEXT))
    coalesce(event.order_id, event.event_id::TEXT) AS order_id, event.session_key,
    event.visitor_id, event.occurred_at, event.order_items AS items, event.order_value_minor,
    event.currency, event.user_id
  FROM event_details AS event JOIN scenario.people USING (session_key)
  WHERE event.canonical_name = 'checkout_complete'
  ORDER BY
    coalesce(event.order_id, event.event_id::TEXT) ASC, event.is_signed DESC,
    event.event_timestamp ASC, event.event_id ASC) AS claim
CROSS JOIN warehouse_settings AS setting;

CREATE TABLE scenario.lines AS
SELECT
  placed.order_id, item ->> 'product_id' AS product_id, item ->> 'category' AS category,
  item ->> 'brand' AS brand, placed.currency,
  CASE WHEN item ? 'quantity' THEN (item ->> 'quantity')::NUMERIC ELSE 1 END AS quantity,
  CASE WHEN item ? 'quantity' THEN (item ->> 'quantity')::NUMERIC ELSE 1 END
  * CASE
    WHEN item ? 'discount_price_minor' THEN (item ->> 'discount_price_minor')::NUMERIC
    ELSE (item ->> 'price_minor')::NUMERIC
  END AS revenue_minor
FROM scenario.orders AS placed CROSS JOIN jsonb_array_elements(placed.items) AS item;

-- The filters, with values that occur. Without such values there is no scenario.
CREATE TABLE scenario.filters AS
WITH days AS (
  SELECT min(session_date) AS first, max(session_date) AS last FROM scenario.people),
ranked AS (
  SELECT 'channel' AS filter, channel AS value, count(*) AS sessions
  FROM scenario.people WHERE channel <> 'Direct' GROUP BY channel
  UNION ALL
  SELECT 'device', device, count(*) FROM scenario.people WHERE device <> '' GROUP BY device
  UNION ALL
  SELECT 'source', source, count(*) FROM scenario.people WHERE channel <> 'Direct' GROUP BY source
  UNION ALL
  SELECT 'campaign', campaign, count(*) FROM scenario.people WHERE campaign <> '' GROUP BY campaign
  UNION ALL
  SELECT 'category', category, count(*)
  FROM scenario.touched WHERE category IS NOT NULL GROUP BY category
  UNION ALL
  SELECT 'brand', brand, count(*) FROM scenario.touched WHERE brand IS NOT NULL GROUP BY brand),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY filter ORDER BY sessions DESC, value ASC) AS n
  FROM ranked),
chosen AS (
  SELECT filter, array_agg(value ORDER BY n) FILTER (WHERE n = 1) AS one,
    array_agg(value ORDER BY n) FILTER (WHERE n IN (2, 3)) AS two
  FROM numbered GROUP BY filter),
-- One row, with empty arrays for what does not occur.
value AS (
  SELECT
    (SELECT one FROM chosen WHERE filter = 'channel') AS channel,
    (SELECT two FROM chosen WHERE filter = 'channel') AS channels,
    (SELECT one FROM chosen WHERE filter = 'device') AS device,
    (SELECT two FROM chosen WHERE filter = 'device') AS devices,
    (SELECT one FROM chosen WHERE filter = 'source') AS source,
    (SELECT two FROM chosen WHERE filter = 'campaign') AS campaigns,
    (SELECT one FROM chosen WHERE filter = 'campaign') AS campaign,
    (SELECT one FROM chosen WHERE filter = 'category') AS category,
    (SELECT two FROM chosen WHERE filter = 'category') AS categories,
    (SELECT one FROM chosen WHERE filter = 'brand') AS brand)
SELECT scenario.*
FROM days CROSS JOIN value CROSS JOIN LATERAL (
  VALUES
  (1, days.first, days.last, 'all', 'all', NULL::TEXT[], NULL::TEXT[], NULL::TEXT[],
    NULL::TEXT[], NULL::TEXT[], NULL::TEXT[], TRUE),
  (2, days.last - 6, days.last, 'all', 'all', NULL, NULL, NULL, NULL, NULL, NULL, TRUE),
  (3, days.first, days.first, 'all', 'all', NULL, NULL, NULL, NULL, NULL, NULL, TRUE),
  (4, days.first + 3, days.last - 4, 'all', 'all', NULL, NULL, NULL, NULL, NULL, NULL,
    days.first + 3 <= days.last - 4),
  (5, days.first, days.last, 'all', 'all', value.channel, NULL, NULL, NULL, NULL, NULL,
    value.channel IS NOT NULL),
  (6, days.last - 6, days.last, 'all', 'all', value.channels, NULL, NULL, NULL, NULL, NULL,
    value.channels IS NOT NULL),
  (7, days.first, days.last, 'guest', 'all', ARRAY['Direct'], NULL, NULL, NULL, NULL, NULL, TRUE),
  (8, days.first, days.last, 'all', 'all', NULL, value.devices, NULL, NULL, NULL, NULL,
    value.devices IS NOT NULL),
  (9, days.first, days.last - 1, 'all', 'all', value.channel, value.device, NULL, NULL, NULL, NULL,
    value.channel IS NOT NULL AND value.device IS NOT NULL),
  (10, days.first, days.last, 'all', 'all', NULL, NULL, value.source, NULL, NULL, NULL,
    value.source IS NOT NULL),
  (11, days.first, days.last, 'all', 'all', NULL, NULL, NULL, value.campaigns, NULL, NULL,
    value.campaigns IS NOT NULL),
  (12, days.first + 1, days.last, 'all', 'new', NULL, NULL, NULL, value.campaign, NULL, NULL,
    value.campaign IS NOT NULL),
  (13, days.first, days.last, 'all', 'new', NULL, NULL, NULL, NULL, NULL, NULL, TRUE),
  (14, days.last - 6, days.last, 'all', 'returning', NULL, NULL, NULL, NULL, NULL, NULL, TRUE),
  (15, days.first, days.last, 'logged_in', 'returning', NULL, NULL, NULL, NULL, NULL, NULL,
    EXISTS (SELECT FROM scenario.people WHERE login = 'logged_in' AND NOT is_new)),
  (16, days.first, days.last, 'all', 'all', NULL, NULL, NULL, NULL, value.category, NULL,
    value.category IS NOT NULL),
  (17, days.first, days.last, 'all', 'all', NULL, value.device, NULL, NULL, NULL, value.brand,
    value.brand IS NOT NULL AND value.device IS NOT NULL),
  (18, days.last - 6, days.last, 'guest', 'all', NULL, NULL, NULL, NULL, value.categories, NULL,
    value.categories IS NOT NULL))
  AS scenario (scenario, from_day, to_day, login, visitors, channels, devices, sources, campaigns,
    categories, brands, exists)
WHERE scenario.exists;

-- Sessions that pass the filters, whatever their day; without those for products or channels.
CREATE TABLE scenario.chosen AS
SELECT
  wanted.scenario, person.session_key,
  wanted.channels IS NULL OR person.channel = any(wanted.channels) AS fits_channels,
  (wanted.categories IS NULL AND wanted.brands IS NULL)
  OR EXISTS (
    SELECT FROM scenario.touched AS touch
    WHERE touch.session_key = person.session_key
      AND (wanted.categories IS NULL OR touch.category = any(wanted.categories))
      AND (wanted.brands IS NULL OR touch.brand = any(wanted.brands))) AS fits_products
FROM scenario.filters AS wanted CROSS JOIN scenario.people AS person
WHERE (wanted.login = 'all' OR person.login = wanted.login)
  AND (wanted.visitors = 'all' OR person.is_new = (wanted.visitors = 'new'))
  AND (wanted.devices IS NULL OR person.device = any(wanted.devices))
  AND (wanted.sources IS NULL OR person.source = any(wanted.sources))
  AND (wanted.campaigns IS NULL OR person.campaign = any(wanted.campaigns));
CREATE INDEX ON scenario.chosen (session_key);
ANALYZE scenario.people, scenario.steps, scenario.touched, scenario.orders, scenario.chosen;

-- The sessions and orders of each scenario.
CREATE TABLE scenario.visits AS
SELECT chosen.scenario, person.*
FROM scenario.chosen AS chosen
JOIN scenario.people AS person USING (session_key)
JOIN scenario.filters AS wanted USING (scenario)
WHERE chosen.fits_channels AND chosen.fits_products
  AND person.session_date BETWEEN wanted.from_day AND wanted.to_day;

CREATE TABLE scenario.placed AS
SELECT
  chosen.scenario, chosen.fits_channels, chosen.fits_products, placed.order_id, placed.session_key,
  placed.visitor_id, placed.ordered_at, placed.order_date, placed.currency, placed.revenue_minor
FROM scenario.chosen AS chosen
JOIN scenario.orders AS placed USING (session_key)
JOIN scenario.filters AS wanted USING (scenario)
WHERE placed.order_date BETWEEN wanted.from_day AND wanted.to_day;

-- Steps that sessions completed in order, one after another.
CREATE TABLE scenario.taken AS
WITH RECURSIVE taken AS (
  SELECT step.session_key, funnel.funnel, funnel.step, min(step.place) AS place
  FROM scenario.steps AS step
  JOIN funnel_steps AS funnel ON funnel.step = 1 AND step.name = any(funnel.event_names)
  GROUP BY step.session_key, funnel.funnel, funnel.step
  UNION ALL
  SELECT taken.session_key, taken.funnel, following.step, (
    SELECT min(step.place) FROM scenario.steps AS step
    WHERE step.session_key = taken.session_key AND step.place > taken.place
      AND step.name = any(following.event_names))
  FROM taken
  JOIN funnel_steps AS following
    ON following.funnel = taken.funnel AND following.step = taken.step + 1
  WHERE taken.place IS NOT NULL)
SELECT taken.*, step.at
FROM taken JOIN scenario.steps AS step USING (session_key, place);

-- Steps that somebody wrote:
-- page:/* > event:add_to_cart_click > event:checkout_start|checkout_complete
CREATE TABLE scenario.own_steps AS
SELECT session_key, place, at, own.step
FROM scenario.steps AS step
JOIN (
  VALUES
  (1, NULL::TEXT[]), (2, ARRAY['add_to_cart_click']),
  (3, ARRAY['checkout_start', 'checkout_complete'])) AS own (step, names)
  ON step.name = any(own.names)
    OR (own.names IS NULL AND step.is_view AND step.page_path LIKE '/%');
CREATE INDEX ON scenario.own_steps (session_key, step, place);

CREATE TABLE scenario.own_taken AS
WITH RECURSIVE taken AS (
  SELECT session_key, step, min(place) AS place FROM scenario.own_steps
  WHERE step = 1 GROUP BY session_key, step
  UNION ALL
  SELECT taken.session_key, taken.step + 1, (
    SELECT min(following.place) FROM scenario.own_steps AS following
    WHERE following.session_key = taken.session_key AND following.step = taken.step + 1
      AND following.place > taken.place)
  FROM taken WHERE taken.step < 3 AND taken.place IS NOT NULL)
SELECT taken.session_key, taken.step, own.at
FROM taken JOIN scenario.own_steps AS own USING (session_key, step, place);

-- Steps that visitors completed within 14 days of the first matching event of a day.
CREATE TABLE scenario.visitor_steps AS
SELECT
  visitor_id, name, at, (at AT TIME ZONE setting.reporting_zone)::DATE AS day,
  row_number() OVER (PARTITION BY visitor_id ORDER BY at, place) AS place
FROM scenario.steps CROSS JOIN warehouse_settings AS setting;
CREATE INDEX ON scenario.visitor_steps (visitor_id, place);

CREATE TABLE scenario.visitor_taken AS
WITH RECURSIVE taken AS (
  SELECT step.visitor_id, step.day, funnel.step, min(step.place) AS place, min(step.at) AS entered
  FROM scenario.visitor_steps AS step
  JOIN funnel_steps AS funnel
    ON funnel.funnel = 'purchase' AND funnel.step = 1 AND step.name = any(funnel.event_names)
  GROUP BY step.visitor_id, step.day, funnel.step
  UNION ALL
  SELECT taken.visitor_id, taken.day, following.step, (
    SELECT min(step.place) FROM scenario.visitor_steps AS step
    WHERE step.visitor_id = taken.visitor_id AND step.place > taken.place
      AND step.name = any(following.event_names)
      AND step.at <= taken.entered + INTERVAL '336 hours'), taken.entered
  FROM taken
  JOIN funnel_steps AS following
    ON following.funnel = 'purchase' AND following.step = taken.step + 1
  WHERE taken.place IS NOT NULL)
SELECT visitor_id, day, step FROM taken WHERE place IS NOT NULL;

-- Paths: names in a row count once.
CREATE TABLE scenario.paths AS
SELECT session_key, kind, array_agg(name ORDER BY place) AS path
FROM (
  SELECT
    *, lag(name) OVER (PARTITION BY session_key, kind ORDER BY place) AS before
  FROM (
    SELECT session_key, 'event' AS kind, name, place FROM scenario.steps
    UNION ALL
    SELECT session_key, 'page', name, place FROM scenario.steps WHERE is_view) AS named
) AS following
WHERE name IS DISTINCT FROM before
GROUP BY session_key, kind;

-- Sessions before an order: the last 50 in 90 days, Direct only if no other is among them.
CREATE TABLE scenario.touches AS
SELECT
  order_id, session_key, channel, started_at, ordered_at,
  row_number() OVER (PARTITION BY order_id ORDER BY started_at) AS touch,
  count(*) OVER (PARTITION BY order_id) AS touches
FROM (
  SELECT
    recent.*, bool_or(recent.channel <> 'Direct') OVER (PARTITION BY recent.order_id) AS has_others
  FROM (
    SELECT
      placed.order_id, placed.ordered_at, person.session_key, person.channel, person.started_at,
      row_number() OVER (PARTITION BY placed.order_id ORDER BY person.started_at DESC) AS recency
    FROM scenario.orders AS placed
    JOIN scenario.people AS person
      ON person.visitor_id = placed.visitor_id AND person.started_at <= placed.ordered_at
        AND person.started_at >= placed.ordered_at - INTERVAL '2160 hours') AS recent
  WHERE recent.recency <= 50) AS credited
WHERE channel <> 'Direct' OR NOT has_others;

ANALYZE scenario.visits, scenario.placed, scenario.taken, scenario.visitor_steps,
scenario.visitor_taken, scenario.paths, scenario.touches, scenario.lines;
