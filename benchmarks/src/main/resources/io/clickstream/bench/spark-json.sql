-- sqlfluff:dialect:sparksql
-- noqa: disable=CP02
-- The columns that peers compare, from payloads that Spark has parsed by SparkJson.SCHEMA.
-- Times are microseconds since 1970. An event is at most a week old when it is sent.
WITH product_fields AS (
  SELECT
    *,
    unix_micros(sentAt) - unix_micros(clientTimestamp) AS queued,
    -- A list's first category.
    if(product.category LIKE '[%', get_json_object(product.category, '$[0]'), product.category)
      AS category,
    if(context_product.category LIKE '[%', get_json_object(context_product.category, '$[0]'),
      context_product.category) AS context_category,
    -- Brands in their order of preference; an object has a name or a title.
    CASE
      WHEN trim(product.brandName) <> '' THEN product.brandName
      WHEN product.brand LIKE '{%' THEN coalesce(get_json_object(product.brand, '$.name'),
        get_json_object(product.brand, '$.title'))
      WHEN trim(product.brandId.name) <> '' THEN product.brandId.name
      ELSE product.brand END AS brand,
    CASE
      WHEN trim(context_product.brandName) <> '' THEN context_product.brandName
      WHEN context_product.brand LIKE '{%' THEN
        coalesce(get_json_object(context_product.brand, '$.name'),
          get_json_object(context_product.brand, '$.title'))
      WHEN trim(context_product.brandId.name) <> '' THEN context_product.brandId.name
      ELSE context_product.brand END AS context_brand
  FROM payloads
),

events AS (
  SELECT
    lower(coalesce(eventId, event_id)) AS event_id,
    unix_micros(_ingest.receivedAt) AS event_timestamp,
    coalesce(nullif(trim(eventName), ''), nullif(trim(event_name), ''), 'unknown') AS event_name,
    coalesce(
      if(trim(userId) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(userId)),
      if(trim(user_id) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(user_id))) AS user_id,
    replace(coalesce(nullif(trim(userLoginState), ''), nullif(trim(user_login_state), '')),
      'anonymous', 'guest') AS user_login_state,
    coalesce(nullif(trim(identitySource), ''), nullif(trim(identity_source), ''))
      AS identity_source,
    coalesce(
      if(trim(clientId) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(clientId)),
      if(trim(client_id) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(client_id))) AS client_id,
    coalesce(
      if(trim(sessionId) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(sessionId)),
      if(trim(session_id) IN ('', 'undefined', 'null', '[object Object]',
        '00000000-0000-0000-0000-000000000000'), NULL, trim(session_id))) AS session_id,
    try_cast(coalesce(isFirstVisit, is_first_visit) AS BOOLEAN) AS is_first_visit,
    coalesce(nullif(trim(product.id), ''), nullif(trim(context_product.id), ''))
      AS context_product_id,
    coalesce(nullif(trim(product.name), ''), nullif(trim(context_product.name), ''))
      AS context_product_name,
    coalesce(nullif(trim(category), ''), nullif(trim(context_category), ''))
      AS context_product_category,
    coalesce(nullif(trim(brand), ''), nullif(trim(context_brand), '')) AS context_product_brand,
    coalesce(nullif(trim(product.urlPath), ''), nullif(trim(context_product.urlPath), ''))
      AS context_product_url_path,
    cast(coalesce(product.price, context_product.price) AS BIGINT) AS context_product_price,
    cast(coalesce(product.discountPrice, context_product.discountPrice) AS BIGINT)
      AS context_product_discount_price,
    unix_micros(_ingest.receivedAt) - if(queued BETWEEN 0 AND 604800000000, queued, 0)
      AS occurred_at,
    key AS raw_object_key,
    nullif(trim(pageUrl), '') AS page_url,
    nullif(trim(pageTitle), '') AS page_title,
    nullif(trim(referrer), '') AS referrer,
    nullif(trim(_ingest.userAgent), '') AS user_agent
  FROM product_fields
)

SELECT
  *,
  coalesce('c:' || client_id, 'u:' || user_id, 's:' || session_id, 'e:' || event_id) AS visitor_id
FROM events
