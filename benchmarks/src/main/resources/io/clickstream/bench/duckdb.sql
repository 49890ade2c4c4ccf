-- sqlfluff:dialect:duckdb
-- noqa: disable=CP05
-- What the job does, for events that are JSON objects with an id: parse, dedupe, sessionize.
-- Times are microseconds since 1970. Statements are separated by lines of dashes; ${raw} gives (filename, json).
CREATE MACRO usable(text) AS nullif(trim(text), '');
CREATE MACRO identity_of(text) AS CASE WHEN usable(text) IN
  ('undefined', 'null', '[object Object]', '00000000-0000-0000-0000-000000000000') THEN NULL ELSE usable(text) END;
CREATE MACRO micros(text) AS epoch_us(cast(rtrim(text, 'Z') AS TIMESTAMP));
CREATE MACRO as_v5(hex) AS concat(substr(hex, 1, 8), '-', substr(hex, 9, 4), '-5', substr(hex, 14, 3), '-',
  translate(substr(hex, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab'), substr(hex, 18, 3), '-', substr(hex, 21, 12));
----
CREATE TABLE parsed AS
WITH read AS (
  -- One pass over each object for all fields.
  SELECT right(filename, 61) AS raw_object_key, json_extract_string(json, [
    '$.eventId', '$.event_id', '$.eventName', '$.event_name', '$.userId', '$.user_id',
    '$.userLoginState', '$.user_login_state', '$.identitySource', '$.identity_source',
    '$.clientId', '$.client_id', '$.sessionId', '$.session_id', '$.isFirstVisit', '$.is_first_visit',
    '$.product.id', '$.context_product.id', '$.product.name', '$.context_product.name',
    '$.product.category', '$.context_product.category', '$.product.brandName', '$.context_product.brandName',
    '$.product.urlPath', '$.context_product.urlPath', '$.product.price', '$.context_product.price',
    '$.product.discountPrice', '$.context_product.discountPrice',
    '$._ingest.receivedAt', '$.sentAt', '$.clientTimestamp',
    '$.pageUrl', '$.pageTitle', '$.referrer', '$._ingest.userAgent',
    '$.product.category[0]', '$.context_product.category[0]',
    '$.product.brand.name', '$.product.brand.title', '$.product.brandId.name', '$.product.brand',
    '$.context_product.brand.name', '$.context_product.brand.title', '$.context_product.brandId.name',
    '$.context_product.brand']) AS f
  FROM (${raw})
),

named AS (
  SELECT
    lower(coalesce(f[1], f[2])) AS event_id,
    micros(f[31]) AS event_timestamp,
    coalesce(usable(f[3]), usable(f[4]), 'unknown') AS event_name,
    coalesce(identity_of(f[5]), identity_of(f[6])) AS user_id,
    replace(coalesce(usable(f[7]), usable(f[8])), 'anonymous', 'guest') AS user_login_state,
    coalesce(usable(f[9]), usable(f[10])) AS identity_source,
    coalesce(identity_of(f[11]), identity_of(f[12])) AS client_id,
    coalesce(identity_of(f[13]), identity_of(f[14])) AS session_id,
    try_cast(coalesce(f[15], f[16]) AS BOOLEAN) AS is_first_visit,
    coalesce(usable(f[17]), usable(f[18])) AS context_product_id,
    coalesce(usable(f[19]), usable(f[20])) AS context_product_name,
    coalesce(usable(f[38]), usable(f[39]), usable(f[21]), usable(f[22])) AS context_product_category,
    coalesce(usable(f[23]), usable(f[40]), usable(f[41]), usable(f[42]), usable(f[43]),
      usable(f[24]), usable(f[44]), usable(f[45]), usable(f[46]), usable(f[47])) AS context_product_brand,
    coalesce(usable(f[25]), usable(f[26])) AS context_product_url_path,
    try_cast(coalesce(f[27], f[28]) AS DECIMAL(18, 0)) AS context_product_price,
    try_cast(coalesce(f[29], f[30]) AS DECIMAL(18, 0)) AS context_product_discount_price,
    micros(f[32]) - micros(f[33]) AS queued,
    raw_object_key, usable(f[34]) AS page_url, usable(f[35]) AS page_title, usable(f[36]) AS referrer,
    usable(f[37]) AS user_agent
  FROM read
)

SELECT * EXCLUDE (queued), event_name AS canonical_name,
  event_timestamp - CASE WHEN queued BETWEEN 0 AND 604800000000 THEN queued ELSE 0 END AS occurred_at,
  coalesce('c:' || client_id, 'u:' || user_id, 's:' || session_id, 'e:' || event_id) AS visitor_id
FROM named;
----
CREATE TABLE events AS
WITH winners AS (
  SELECT * FROM parsed
  QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY event_timestamp, raw_object_key) = 1
),

gaps AS (
  SELECT *,
    coalesce(occurred_at - lag(occurred_at) OVER visitor > 1800000000, TRUE) AS starts_chain
  FROM winners WINDOW visitor AS (PARTITION BY visitor_id ORDER BY occurred_at, event_id)
),

chains AS (
  SELECT *,
    max(CASE WHEN starts_chain THEN occurred_at END) OVER visitor AS chain_started_at
  FROM gaps WINDOW visitor AS (PARTITION BY visitor_id ORDER BY occurred_at, event_id
    ROWS UNBOUNDED PRECEDING)
),

marks AS (
  -- The first 00:00 or 12:00 UTC six hours or more after the chain's start.
  SELECT *, (chain_started_at + 64799999999) // 43200000000 * 43200000000 AS first_mark FROM chains
),

cuts AS (
  SELECT *,
    CASE WHEN occurred_at < first_mark THEN 0 ELSE 1 + (occurred_at - first_mark) // 43200000000 END AS cut
  FROM marks
),

starts AS (
  SELECT *, starts_chain OR cut <> lag(cut) OVER visitor AS starts_session,
    row_number() OVER visitor AS place
  FROM cuts WINDOW visitor AS (PARTITION BY visitor_id ORDER BY occurred_at, event_id)
),

firsts AS (
  SELECT *, last_value(CASE WHEN starts_session THEN event_id END IGNORE NULLS) OVER (
    PARTITION BY visitor_id ORDER BY place ROWS UNBOUNDED PRECEDING) AS first_event_id
  FROM starts
)

SELECT * EXCLUDE (starts_chain, chain_started_at, first_mark, cut, starts_session),
  as_v5(sha1(${namespace}::BLOB || encode(
    'v1' || chr(10) || visitor_id || chr(10) || first_event_id))) AS session_key
FROM firsts;
----
CREATE TABLE sessions AS
WITH summed AS (
  SELECT session_key, visitor_id,
    arg_min(client_id, place) AS client_id,
    arg_max(user_id, place) AS user_id,
    min(occurred_at) AS started, max(occurred_at) AS ended,
    arg_min(event_id, place) AS first_event_id, arg_max(event_id, place) AS last_event_id,
    count(*) AS event_count,
    count(*) FILTER (event_name IN ('page_view', 'home_view', 'category_view', 'product_view')) AS page_view_count,
    count(*) FILTER (event_name = 'product_view') AS product_view_count,
    count(*) FILTER (event_name = 'add_to_cart_click') AS add_to_cart_count,
    count(*) FILTER (event_name = 'remove_from_cart_click') AS remove_from_cart_count,
    count(*) FILTER (event_name = 'checkout_start') AS checkout_start_count,
    count(*) FILTER (event_name = 'checkout_complete') AS checkout_complete_count,
    arg_min(page_url, place) AS landing_page_url, arg_max(page_url, place) AS exit_page_url,
    arg_min(referrer, place) AS referrer, arg_min(is_first_visit, place) AS is_first_visit,
    arg_min(event_name, place) AS first_event_name, arg_max(event_name, place) AS last_event_name
  FROM events GROUP BY session_key, visitor_id
),

judged AS (
  SELECT *,
    ended - started > 10000000 OR page_view_count >= 2 OR checkout_complete_count > 0 AS is_engaged
  FROM summed
)

SELECT session_key, visitor_id, client_id, user_id, make_timestamp(started) AS started_at,
  make_timestamp(ended) AS ended_at, first_event_id, last_event_id,
  (ended - started) // 1000000 AS duration_s, event_count, page_view_count, product_view_count,
  add_to_cart_count, remove_from_cart_count, checkout_start_count, checkout_complete_count,
  landing_page_url, exit_page_url, referrer, is_first_visit, is_engaged, NOT is_engaged AS is_bounce,
  checkout_complete_count > 0 AS is_converted,
  cast(make_timestamp(started) + INTERVAL 7 HOURS AS DATE) AS session_date,
  first_event_name, last_event_name
FROM judged;
----
COPY (SELECT * REPLACE (make_timestamp(event_timestamp) AS event_timestamp, make_timestamp(occurred_at) AS occurred_at)
  FROM (SELECT ${eventColumns} FROM events ORDER BY event_id) AS ordered) TO '${folder}/events.csv' (HEADER FALSE);
----
COPY (SELECT ${sessionColumns} FROM sessions ORDER BY session_key) TO '${folder}/sessions.csv' (HEADER FALSE);
