-- The table of the ETL that this project replaces: sixteen columns, its primary key only.
CREATE TABLE clickstream_events (
  event_id                       UUID PRIMARY KEY,
  event_timestamp                TIMESTAMPTZ,
  event_name                     TEXT,
  user_id                        TEXT,
  user_login_state               TEXT,
  identity_source                TEXT,
  client_id                      TEXT,
  session_id                     TEXT,
  is_first_visit                 BOOLEAN,
  context_product_id             TEXT,
  context_product_name           TEXT,
  context_product_category       TEXT,
  context_product_brand          TEXT,
  context_product_url_path       TEXT,
  context_product_price          BIGINT,
  context_product_discount_price BIGINT
);
