-- Fills an empty, migrated warehouse with eight weeks of a small shop: about 2,000 sessions, always
-- the same, for tests and screenshots of the dashboards.
--   psql -v ON_ERROR_STOP=1 --single-transaction -f seed.sql

-- Returns a pseudorandom number in [0, 1) for a text.
CREATE FUNCTION pg_temp.random_of(text TEXT) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE AS
$$ SELECT ('x' || substr(md5(text), 1, 8))::BIT(32)::BIGINT::DOUBLE PRECISION / 4294967296 $$;

INSERT INTO warehouse_settings VALUES (
  TRUE, 1800, 0, 'Asia/Ho_Chi_Minh', '{shop.example}', 1, 1, 'seed', 1, rules_hash()
);

CREATE TEMPORARY TABLE goods ON COMMIT DROP AS
SELECT
  number, 'P' || lpad(number::TEXT, 3, '0') AS id, kind.category, brand.brand,
  kind.category || ' ' || brand.brand || ' ' || (100 + number * 7) AS name,
  kind.price
  + floor(pg_temp.random_of('price' || number) * kind.price)::BIGINT / 10000 * 10000 AS price
FROM generate_series(1, 36) AS numbers (number)
JOIN
  (
    VALUES (0, 'Điện thoại', 4000000),
    (1, 'Laptop', 12000000),
    (2, 'Bàn phím', 600000),
    (3, 'Tai nghe', 350000),
    (4, 'Màn hình', 3200000),
    (5, 'Phụ kiện', 90000)
  )
    AS kind (place, category, price)
  ON kind.place = number % 6
JOIN
  (
    VALUES (0, 'ASUS'),
    (1, 'Samsung'),
    (2, 'Logitech'),
    (3, 'Sony'),
    (4, 'Xiaomi'),
    (5, 'Dell'),
    (6, 'O''Neil & Söhne')
  )
    AS brand (place, brand)
  ON brand.place = number % 7;
-- Markup and a spreadsheet formula in a name: the dashboards must show them as text.
UPDATE goods SET name = '<img src=x onerror=alert(1)> =1+1' WHERE number = 36;

CREATE TEMPORARY TABLE origins ON COMMIT DROP AS
SELECT * FROM (
  VALUES
  (0.30, 'direct', '', NULL),
  (0.52, 'search', '', 'https://www.google.com/'),
  (0.64, 'paid', '?gclid=g1', 'https://www.google.com/'),
  (
    0.76,
    'social',
    '?utm_source=facebook&utm_medium=social&utm_campaign=autumn',
    'https://l.facebook.com/'
  ),
  (
    0.83,
    'paid social',
    '?utm_source=facebook&utm_medium=cpc&utm_campaign=sale-1111',
    'https://l.facebook.com/'
  ),
  (0.91, 'mail', '?utm_source=newsletter&utm_medium=email&utm_campaign=weekly', NULL),
  (0.96, 'video', '?utm_source=youtube&utm_medium=video', 'https://www.youtube.com/'),
  (1.00, 'referral', '', 'https://blog.example.org/')
) AS origin (upto, name, query, referrer);

CREATE TEMPORARY TABLE visits ON COMMIT DROP AS
SELECT
  numbered.day,
  numbered.number,
  numbered.key,
  who.visitor,
  who.visitor % 5 = 0 AS is_member,
  origin.query,
  origin.referrer,
  (
    numbered.day + make_interval(hours => hour.hour)
    + interval '1 second' * floor(3600 * pg_temp.random_of('second' || numbered.key))
  ) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS started_at,
  least(14, 1 + floor(-3.2 * ln(1 - pg_temp.random_of('length' || numbered.key))))::INTEGER
    AS browsed,
  pg_temp.random_of('buys' || numbered.key)
  * CASE origin.name WHEN 'mail' THEN 0.7 WHEN 'paid' THEN 0.85 ELSE 1 END AS buys,
  CASE
    WHEN pg_temp.random_of('device' || who.visitor) < 0.6 THEN 'mobile' WHEN
      pg_temp.random_of('device' || who.visitor) < 0.95
      THEN 'desktop'
    ELSE 'tablet'
  END AS device
FROM (
  SELECT
    day::TIMESTAMP AS day,
    number,
    day::DATE || '-' || number AS key,
    day::DATE - DATE '2026-09-28' AS age
  FROM generate_series(DATE '2026-09-28', DATE '2026-11-22', '1 day') AS days (day)
  CROSS JOIN LATERAL generate_series(
    1, 28 + (day::DATE - DATE '2026-09-28') / 4
    + CASE extract(ISODOW FROM day) WHEN 6 THEN 9 WHEN 7 THEN 12 ELSE 0 END
    + CASE WHEN day = DATE '2026-11-11' THEN 60 ELSE 0 END
  ) AS numbers (number)
) numbered
CROSS JOIN
  LATERAL (
    -- Most sessions are of recent visitors, some of older ones.
    SELECT
      floor((80 + numbered.age * 17) * sqrt(pg_temp.random_of('who' || numbered.key)))::INTEGER
        AS visitor
  ) who
CROSS JOIN
  LATERAL (
    SELECT hour
    FROM
      unnest(
        ARRAY[1, 1, 1, 1, 1, 2, 4, 7, 10, 13, 15, 17, 20, 18, 15, 14, 14, 15, 17, 22, 27, 28, 20, 9]
      ) WITH ORDINALITY AS weights (weight, place)
    CROSS JOIN LATERAL (SELECT (place - 1)::INTEGER AS hour) hours
    ORDER BY -ln(1 - pg_temp.random_of('hour' || numbered.key || '/' || place)) / weight LIMIT 1
  ) hour
CROSS JOIN LATERAL (
  SELECT *
  FROM origins
  WHERE upto > pg_temp.random_of('origin' || numbered.key)
  ORDER BY upto
  LIMIT 1
) origin;

CREATE TEMPORARY TABLE steps ON COMMIT DROP AS
SELECT
  visit.key, step.step, goods.number AS goods,
  CASE
    WHEN
      step.step > visit.browsed
      THEN
        (ARRAY['add_to_cart_click', 'checkout_start', 'checkout_complete', 'checkout_complete'])[
          step.step - visit.browsed
        ]
    WHEN
      step.step = 1
      THEN
        CASE
          WHEN lot < 0.45 THEN 'home_view' WHEN lot < 0.62 THEN 'category_view' WHEN
            lot < 0.93
            THEN 'product_view'
          ELSE 'page_view'
        END
    WHEN step.step = visit.browsed THEN 'product_view'
    WHEN lot < 0.38 THEN 'product_view' WHEN lot < 0.62 THEN 'category_view' WHEN
      lot < 0.80
      THEN 'click'
    WHEN lot < 0.86 THEN 'page_view'
    WHEN lot < 0.92 THEN 'wishlist_toggle' WHEN lot < 0.95 THEN 'remove_from_cart_click' WHEN
      lot < 0.97
      THEN 'add_to_cart_click'
    ELSE 'home_view'
  END AS event_name,
  floor(4 + 110 * pg_temp.random_of('pause' || visit.key || '/' || step.step) ^ 2) AS pause_s
FROM visits visit
-- After the views: cart, checkout, order, and a thank-you page that is opened again.
CROSS JOIN
  LATERAL generate_series(
    1, visit.browsed
    + CASE
      WHEN visit.browsed = 1 THEN 0 WHEN visit.buys < 0.012 THEN 4 WHEN
        visit.buys < 0.062
        THEN 3
      WHEN visit.buys < 0.11 THEN 2 WHEN visit.buys < 0.24 THEN 1 ELSE 0
    END
  ) AS step (step)
CROSS JOIN
  LATERAL (SELECT pg_temp.random_of('event' || visit.key || '/' || step.step) AS lot) random_number
JOIN
  goods
  ON
    goods.number
    = 1
    + floor(
      36 * pg_temp.random_of('goods' || visit.key || '/' || least(step.step, visit.browsed)) ^ 1.6
    )::INTEGER;

CREATE TEMPORARY TABLE sent ON COMMIT DROP AS
SELECT
  md5('event' || visit.key || '/' || step.step)::UUID AS event_id,
  step.event_name,
  visit.visitor,
  visit.is_member,
  visit.key,
  visit.device,
  visit.started_at
  + interval '1 second'
  * (sum(step.pause_s) OVER (PARTITION BY visit.key ORDER BY step.step) - step.pause_s)
    AS occurred_at,
  CASE
    WHEN
      step.event_name IN (
        'product_view', 'add_to_cart_click', 'remove_from_cart_click', 'wishlist_toggle'
      )
      THEN step.goods
  END AS goods,
  CASE step.event_name
    WHEN 'home_view' THEN '/' WHEN 'category_view' THEN '/c/' || (step.goods % 6) WHEN
      'page_view'
      THEN '/help'
    WHEN 'checkout_start' THEN '/checkout' WHEN 'checkout_complete' THEN '/thank-you' ELSE
      '/p/' || step.goods
  END AS page_path,
  CASE WHEN step.step = 1 THEN visit.query ELSE '' END AS query,
  CASE WHEN step.step = 1 THEN visit.referrer END AS referrer,
  CASE WHEN step.event_name = 'checkout_complete' THEN 'ORD-' || visit.key END AS order_id,
  visit.buys,
  step.goods AS bought,
  FALSE AS is_bot,
  pg_temp.random_of('lag' || visit.key || '/' || step.step) AS lag
FROM steps step JOIN visits visit USING (key)
UNION ALL
SELECT
  md5('bot' || day || '/' || number)::UUID,
  'page_view',
  9000 + number % 2,
  FALSE,
  'bot',
  'bot',
  day + interval '3 hours' + interval '40 seconds' * number,
  NULL, '/p/' || number, '', NULL, NULL, 1, NULL, TRUE, 0.1
FROM
  generate_series(
    TIMESTAMPTZ '2026-09-28 00:00+07', TIMESTAMPTZ '2026-11-22 00:00+07', '7 days'
  ) AS days (day),
  generate_series(1, 40) AS numbers (number);

CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
SELECT
  sent.*, goods.id, goods.name, goods.category, goods.brand, goods.price,
  sent.occurred_at
  + CASE
    WHEN sent.lag < 0.9 THEN interval '1 millisecond' * floor(30 + 200 * sent.lag) ELSE
      interval '1 second' * floor(600 * (sent.lag - 0.9) * 10)
  END AS received_at,
  'c:visitor-' || lpad(sent.visitor::TEXT, 4, '0') AS visitor_id,
  'https://shop.example' || sent.page_path || sent.query AS page_url,
  count(*) FILTER (WHERE is_start)
    OVER (PARTITION BY sent.visitor ORDER BY sent.occurred_at, sent.event_id)
    AS nth
FROM (
  SELECT
    *,
    coalesce(
      occurred_at - lag(occurred_at) OVER (PARTITION BY visitor ORDER BY occurred_at, event_id)
      > interval '30 minutes',
      TRUE
    ) AS is_start
  FROM sent
) sent
LEFT JOIN
  goods
  ON goods.number = coalesce(sent.goods, CASE WHEN sent.order_id IS NOT NULL THEN sent.bought END);

CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS SELECT * FROM event_details WITH NO DATA;

INSERT INTO seeded (
  event_id,
  event_timestamp,
  event_name,
  user_id,
  user_login_state,
  identity_source,
  client_id,
  session_id,
  is_first_visit,
  context_product_id,
  context_product_name,
  context_product_category,
  context_product_brand,
  context_product_url_path,
  context_product_price,
  occurred_at,
  visitor_id,
  session_key,
  raw_object_key,
  page_url,
  page_path,
  page_title,
  referrer,
  referrer_host,
  user_agent,
  is_bot,
  device_category,
  utm_source,
  utm_medium,
  utm_campaign,
  click_id,
  click_id_type,
  order_id,
  order_value_minor,
  currency,
  order_items,
  properties,
  canonical_name,
  element,
  context_product_discount_price,
  is_signed
)
SELECT
  event_id,
  received_at,
  event_name,
  CASE WHEN is_member THEN 'user-' || visitor END,
  CASE WHEN is_member THEN 'logged_in' WHEN lag < 0.97 THEN 'guest' END,
  NULL,
  substr(visitor_id, 3), CASE WHEN lag > 0.02 THEN 'tab-' || key END, NULL,
  CASE WHEN goods IS NOT NULL AND lag > 0.01 THEN id END,
  CASE WHEN goods IS NOT NULL THEN name END,
  CASE WHEN goods IS NOT NULL THEN category END,
  CASE WHEN goods IS NOT NULL THEN brand END,
  CASE WHEN goods IS NOT NULL THEN page_path END,
  CASE WHEN goods IS NOT NULL AND lag < 0.96 THEN price END,
  occurred_at, visitor_id, md5('session' || visitor || '/' || nth)::UUID,
  to_char(received_at AT TIME ZONE 'UTC', 'YYYY/MM/DD/HH24') || '/event-' || event_id || '.json',
  page_url,
  page_path,
  'Shop ' || page_path,
  referrer,
  substring(referrer FROM '//(?:www\.)?([^/]+)'),
  CASE WHEN is_bot THEN 'Googlebot/2.1' ELSE 'Mozilla/5.0' END, is_bot, device,
  substring(query FROM 'utm_source=([^&]+)'),
  substring(query FROM 'utm_medium=([^&]+)'),
  substring(query FROM 'utm_campaign=([^&]+)'),
  substring(query FROM 'gclid=([^&]+)'), CASE WHEN query LIKE '%gclid=%' THEN 'gclid' END,
  order_id,
  CASE
    WHEN
      order_id IS NOT NULL AND buys > 0.02
      THEN CASE WHEN visitor % 17 = 0 THEN price / 25000 ELSE price END
  END,
  CASE WHEN order_id IS NOT NULL THEN CASE WHEN visitor % 17 = 0 THEN 'USD' ELSE 'VND' END END,
  CASE WHEN order_id IS NOT NULL THEN jsonb_build_array(jsonb_build_object(
    'product_id',
    id,
    'name',
    name,
    'category',
    category,
    'brand',
    brand,
    'quantity',
    1 + visitor % 2,
    'price_minor', CASE WHEN visitor % 17 = 0 THEN price / 25000 ELSE price END
  )) END,
  CASE WHEN event_name = 'click' THEN jsonb_build_object(
    'experiment', CASE WHEN visitor % 2 = 0 THEN 'A' ELSE 'B' END,
    'scroll', (floor(lag * 4) * 25)::INTEGER
  ) END,
  event_name,
  CASE WHEN event_name = 'click' THEN jsonb_build_object('text', 'Xem thêm <b>') END,
  CASE WHEN goods IS NOT NULL AND lag < 0.96 AND goods % 4 = 0 THEN price * 9 / 10 END,
  FALSE
FROM placed;

-- What repeats stands once. Other ids than the job's do.
CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
SELECT
  *,
  split_part(page_url, '?', 1) AS page_address,
  nullif(substr(page_url, length(split_part(page_url, '?', 1)) + 1), '') AS page_query,
  md5(split_part(page_url, '?', 1) || page_title)::UUID AS page_id,
  md5(referrer)::UUID AS referrer_id,
  md5(user_agent)::UUID AS agent_id,
  md5(element::TEXT)::UUID AS element_id
FROM seeded;

INSERT INTO clickstream_pages (page_id, events, page_address, page_title)
SELECT page_id, count(*), page_address, page_title
FROM shared
GROUP BY page_id, page_address, page_title;

INSERT INTO clickstream_referrers (referrer_id, events, referrer, referrer_host)
SELECT referrer_id, count(*), referrer, referrer_host
FROM shared
WHERE referrer IS NOT NULL
GROUP BY referrer_id, referrer, referrer_host;

INSERT INTO clickstream_agents (agent_id, events, user_agent)
SELECT agent_id, count(*), user_agent
FROM shared
GROUP BY agent_id, user_agent;

INSERT INTO clickstream_elements (element_id, events, element)
SELECT element_id, count(*), element
FROM shared
WHERE element IS NOT NULL
GROUP BY element_id, element;

INSERT INTO clickstream_events (
  event_id,
  event_timestamp,
  event_name,
  user_id,
  user_login_state,
  identity_source,
  client_id,
  session_id,
  is_first_visit,
  context_product_id,
  context_product_name,
  context_product_category,
  context_product_brand,
  context_product_url_path,
  context_product_price,
  context_product_discount_price,
  occurred_at,
  visitor_id,
  session_key,
  raw_hour,
  raw_id,
  page_id,
  page_path,
  page_query,
  referrer_id,
  agent_id,
  element_id,
  is_bot,
  device_category,
  utm_source,
  utm_medium,
  utm_campaign,
  click_id,
  click_id_type,
  order_id,
  order_value_minor,
  currency,
  order_items,
  properties,
  canonical_name
)
SELECT
  event_id,
  event_timestamp,
  event_name,
  user_id,
  user_login_state,
  identity_source,
  client_id,
  session_id,
  is_first_visit,
  context_product_id,
  context_product_name,
  context_product_category,
  context_product_brand,
  context_product_url_path,
  context_product_price,
  context_product_discount_price,
  occurred_at,
  visitor_id,
  session_key,
  floor(extract(EPOCH FROM event_timestamp) / 3600),
  event_id,
  page_id,
  page_path,
  page_query,
  referrer_id,
  agent_id,
  element_id,
  is_bot,
  device_category,
  utm_source,
  utm_medium,
  utm_campaign,
  click_id,
  click_id_type,
  order_id,
  order_value_minor,
  currency,
  order_items,
  properties,
  canonical_name
FROM shared;

INSERT INTO clickstream_sessions
SELECT session.*, origin.source, origin.medium, origin.channel
FROM (
  SELECT
    session_key,
    visitor_id,
    min(client_id) AS client_id,
    (
      array_agg(user_id ORDER BY occurred_at DESC, event_id DESC) FILTER (WHERE user_id IS NOT NULL)
    )[1],
    min(occurred_at),
    max(occurred_at),
    (array_agg(event_id ORDER BY occurred_at, event_id))[1],
    (array_agg(event_id ORDER BY occurred_at DESC, event_id DESC))[1],
    floor(extract(EPOCH FROM max(occurred_at) - min(occurred_at)))::BIGINT, count(*), page_views,
    count(*) FILTER (WHERE event_name = 'product_view'),
    count(*) FILTER (WHERE event_name = 'add_to_cart_click'),
    count(*) FILTER (WHERE event_name = 'remove_from_cart_click'),
    count(*) FILTER (WHERE event_name = 'checkout_start'),
    count(*) FILTER (WHERE event_name = 'checkout_complete'),
    (array_agg(page_url ORDER BY occurred_at, event_id))[1],
    (array_agg(page_url ORDER BY occurred_at DESC, event_id DESC))[1],
    (array_agg(referrer ORDER BY is_plain, occurred_at, event_id))[1],
    NULL::BOOLEAN,
    max(occurred_at) - min(occurred_at) > interval '10 seconds'
    OR page_views >= 2
    OR bool_or(event_name = 'checkout_complete') AS is_engaged,
    not(
      max(occurred_at) - min(occurred_at) > interval '10 seconds'
      OR page_views >= 2
      OR bool_or(event_name = 'checkout_complete')
    ),
    bool_or(event_name = 'checkout_complete'), bool_or(is_bot),
    (min(occurred_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE,
    (array_agg(page_path ORDER BY occurred_at, event_id))[1],
    (array_agg(page_path ORDER BY occurred_at DESC, event_id DESC))[1],
    (array_agg(event_name ORDER BY occurred_at, event_id))[1],
    (array_agg(event_name ORDER BY occurred_at DESC, event_id DESC))[1],
    -- All values of one event, the touch: the first with a campaign, else the first.
    (array_agg(referrer_host ORDER BY is_plain, occurred_at, event_id))[1] AS referrer_host,
    (array_agg(utm_source ORDER BY is_plain, occurred_at, event_id))[1] AS utm_source,
    (array_agg(utm_medium ORDER BY is_plain, occurred_at, event_id))[1] AS utm_medium,
    (array_agg(utm_campaign ORDER BY is_plain, occurred_at, event_id))[1] AS utm_campaign,
    NULL::TEXT,
    NULL::TEXT,
    (array_agg(click_id ORDER BY is_plain, occurred_at, event_id))[1],
    (array_agg(click_id_type ORDER BY is_plain, occurred_at, event_id))[1] AS click_id_type,
    (array_agg(device_category ORDER BY occurred_at, event_id))[1], count(DISTINCT order_id),
    (SELECT CASE WHEN count(DISTINCT currency) = 1 THEN sum(value) END FROM (
      SELECT DISTINCT ON (bought.order_id)
        bought.currency,
        coalesce(
          bought.order_value_minor,
          (bought.order_items -> 0 ->> 'quantity')::BIGINT
          * (bought.order_items -> 0 ->> 'price_minor')::BIGINT
        ) AS value
      FROM event_details bought
      WHERE bought.session_key = grouped.session_key AND bought.order_id IS NOT NULL
      ORDER BY bought.order_id, bought.occurred_at, bought.event_id
    ) orders)::BIGINT,
    CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END,
    CASE WHEN bool_or(is_bot) THEN 'crawler' END
  FROM (
    SELECT
      *,
      count(*) FILTER (
        WHERE event_name IN ('page_view', 'home_view', 'category_view', 'product_view')
      ) OVER (PARTITION BY session_key) AS page_views,
      num_nonnulls(utm_source, utm_medium, utm_campaign, click_id) = 0 AS is_plain
    FROM event_details
  ) grouped
  GROUP BY session_key, visitor_id, page_views
) session
CROSS JOIN
  LATERAL origin_of(
    session.utm_source,
    session.utm_medium,
    session.utm_campaign,
    session.click_id_type,
    session.referrer_host
  ) origin;

INSERT INTO duplicate_records
SELECT
  regexp_replace(
    raw_object_key, 'event-.*', 'event-' || md5('duplicate' || event_id)::UUID || '.json'
  ),
  event_id,
  event_timestamp,
  client_id,
  user_id
FROM event_details WHERE pg_temp.random_of('duplicate' || event_id) < 0.01;

INSERT INTO rejected_records
SELECT
  to_char(day, 'YYYY/MM/DD')
  || '/0'
  || (number % 7)
  || '/event-'
  || md5('broken' || day || '/' || number)::UUID
  || '.json',
  broken.reason,
  broken.detail,
  broken.body
FROM generate_series(DATE '2026-09-30', DATE '2026-11-22', '3 days') AS days (day)
JOIN (
  VALUES
  (
    1,
    'invalid_json',
    'not JSON at line 1, column 2',
    convert_to('<html><body>Lỗi máy chủ <script>alert(1)</script></body></html>', 'UTF8')
  ),
  (2, 'not_an_object', 'a scalar, not an object', convert_to('42', 'UTF8')),
  (3, 'empty', 'no JSON value', ''::BYTEA),
  (4, 'invalid_utf8', 'byte 14 is not UTF-8', '\x7b226e616d65223a2022ff00fe41227d'::BYTEA),
  (
    5,
    'trailing_content',
    'something follows the JSON value at line 1, column 22',
    convert_to('{"eventName":"click"} {"eventName":"click"}', 'UTF8')
  )
)
  AS broken (number, reason, detail, body)
  ON pg_temp.random_of('broken' || day || '/' || number) < 0.6;

-- One visitor was erased, with six events in two sessions.
INSERT INTO erased_records
SELECT '2026/11/0' || (2 + number % 2) || '/09/event-' || md5('erased' || number)::UUID || '.json'
FROM generate_series(1, 6) AS numbers (number);

INSERT INTO etl_erasures (
  request_id, requested_at, received_before, client_ids, user_ids, event_ids, object_keys, run_id,
  applied_at, version, events, sessions
) VALUES (
  md5('erasure')::UUID, '2026-11-17 02:11+00', '2026-11-17 02:11+00', 1, 0, 0, 0,
  md5('run2026-11-17')::UUID, '2026-11-18 00:05+00', '0.1.0', 6, 2
);

INSERT INTO etl_hours
SELECT
  hour,
  hour < TIMESTAMPTZ '2026-11-22 15:00+00',
  TIMESTAMPTZ '2026-11-22 17:02+00',
  records,
  ''::BYTEA,
  '{}'
FROM (
  SELECT
    to_timestamp(substr(object_key, 1, 13) || ' +00', 'YYYY/MM/DD/HH24 TZH') AS hour,
    count(*) AS records
  FROM (
    SELECT raw_object_key AS object_key FROM event_details
    UNION ALL
    SELECT object_key FROM duplicate_records
    UNION ALL
    SELECT object_key FROM rejected_records
    UNION ALL
    SELECT object_key FROM erased_records
  ) records
  GROUP BY 1
) hours;

INSERT INTO etl_runs
SELECT
  md5('run' || day)::UUID,
  1,
  CASE WHEN day < DATE '2026-11-20' THEN 'date' ELSE 'since-last-run' END,
  day::TIMESTAMP AT TIME ZONE 'UTC',
  (day + 1)::TIMESTAMP AT TIME ZONE 'UTC',
  (day + 1)::TIMESTAMP AT TIME ZONE 'UTC' + interval '5 minutes',
  (day + 1)::TIMESTAMP AT TIME ZONE 'UTC' + interval '5 minutes 21.5 seconds',
  inserted + duplicates + broken + 1,
  1,
  inserted + duplicates + broken,
  0,
  inserted + duplicates + broken,
  inserted,
  duplicates,
  broken,
  0,
  0,
  0,
  0,
  '{}',
  inserted / 6,
  inserted / 10,
  '{"read": 4.1, "parse": 3.9, "load": 6.2}', 2.4, '{}', '0.1.0'
FROM (
  SELECT
    day::DATE AS day,
    (
      SELECT count(*)
      FROM event_details
      WHERE raw_object_key LIKE to_char(day, 'YYYY/MM/DD') || '/%'
    ) AS inserted,
    (
      SELECT count(*)
      FROM duplicate_records
      WHERE object_key LIKE to_char(day, 'YYYY/MM/DD') || '/%'
    ) AS duplicates,
    (
      SELECT count(*) FROM rejected_records WHERE object_key LIKE to_char(day, 'YYYY/MM/DD') || '/%'
    ) AS broken
  FROM generate_series(DATE '2026-09-27', DATE '2026-11-22', '1 day') AS days (day)
) loaded;

SELECT rebuild_marts();
