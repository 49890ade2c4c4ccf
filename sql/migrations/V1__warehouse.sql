-- Creates the warehouse of the Clickstream Analytics Platform, version 1: events, sessions, ledger.
--
-- `./clickstream migrate` runs it. By hand:
--   psql -v ON_ERROR_STOP=1 --single-transaction -f V1__warehouse.sql
-- It needs PostgreSQL 15 or newer with UTF-8 encoding, and a role that may create roles, unless
-- the three roles below exist.
--
-- Text columns are COLLATE "C": they sort by UTF-8 bytes, the same on every host.

DO $$
DECLARE
  role RECORD;
BEGIN
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION
      'Cannot create the warehouse: PostgreSQL is %. Use version 15 or newer.',
      current_setting('server_version');
  END IF;
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION
      'Cannot create the warehouse: the database has encoding %. Use a database with UTF8.',
      current_setting('server_encoding');
  END IF;
  -- Roles belong to the whole server: another warehouse on it may have created them.
  FOR role IN
    SELECT * FROM (VALUES
      ('clickstream_owner', 'Owns the warehouse tables. Migrations act as this role.'),
      ('clickstream_etl', 'Loads: reads and writes rows, creates staging tables.'),
      ('clickstream_reader', 'Dashboards and analysts: reads only.')) AS wanted (name, purpose)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
  LOOP
    EXECUTE format('CREATE ROLE %I NOLOGIN', role.name);
    EXECUTE format('COMMENT ON ROLE %I IS %L', role.name, role.purpose);
  END LOOP;
  -- Only a member of a role may make it the owner of a table.
  IF NOT pg_has_role(current_user, 'clickstream_owner', 'USAGE') THEN
    EXECUTE format('GRANT clickstream_owner TO %I', current_user);
  END IF;
END
$$;

GRANT USAGE, CREATE ON SCHEMA public TO clickstream_owner;

DO $$
BEGIN
  -- The owner creates the staging schema below, and the schema that a reload fills.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO clickstream_owner', current_database());
END
$$;

CREATE TABLE schema_version (
  version          INTEGER PRIMARY KEY,
  description      TEXT COLLATE "C" NOT NULL,
  compatible_since INTEGER NOT NULL CHECK (compatible_since BETWEEN 1 AND version)
);

COMMENT ON TABLE schema_version IS
  'One row per applied migration, whichever tool applied it. The row with the greatest version says'
  ' which jobs can load.';
COMMENT ON COLUMN schema_version.version IS 'Number of the migration.';
COMMENT ON COLUMN schema_version.description IS 'What the migration added.';

COMMENT ON COLUMN schema_version.compatible_since IS
  'Least schema version for which a job may be made that loads into this schema.';

INSERT INTO schema_version VALUES (1, 'events, sessions, traffic by hour, ledger', 1);

-- Columns of fixed width come first after those of the contract, so that few bytes are padding.
CREATE TABLE clickstream_events (
  event_id                       UUID PRIMARY KEY,
  event_timestamp                TIMESTAMPTZ NOT NULL,
  event_name                     TEXT COLLATE "C" NOT NULL,
  user_id                        TEXT COLLATE "C",
  user_login_state               TEXT COLLATE "C",
  identity_source                TEXT COLLATE "C",
  client_id                      TEXT COLLATE "C",
  session_id                     TEXT COLLATE "C",
  is_first_visit                 BOOLEAN,
  context_product_id             TEXT COLLATE "C",
  context_product_name           TEXT COLLATE "C",
  context_product_category       TEXT COLLATE "C",
  context_product_brand          TEXT COLLATE "C",
  context_product_url_path       TEXT COLLATE "C",
  context_product_price          BIGINT,
  context_product_discount_price BIGINT,
  occurred_at                    TIMESTAMPTZ NOT NULL,
  client_timestamp               TIMESTAMPTZ,
  sent_at                        TIMESTAMPTZ,
  order_value_minor              BIGINT,
  session_key                    UUID NOT NULL,
  raw_id                         UUID NOT NULL,
  page_id                        UUID,
  referrer_id                    UUID,
  agent_id                       UUID,
  element_id                     UUID,
  raw_hour                       INTEGER NOT NULL,
  raw_line                       INTEGER,
  is_bot                         BOOLEAN NOT NULL,
  is_signed                      BOOLEAN NOT NULL DEFAULT FALSE,
  is_order_value_unusable        BOOLEAN,
  visitor_id                     TEXT COLLATE "C" NOT NULL,
  canonical_name                 TEXT COLLATE "C" NOT NULL,
  device_category                TEXT COLLATE "C",
  page_path                      TEXT COLLATE "C",
  page_query                     TEXT COLLATE "C",
  utm_source                     TEXT COLLATE "C",
  utm_medium                     TEXT COLLATE "C",
  utm_campaign                   TEXT COLLATE "C",
  utm_term                       TEXT COLLATE "C",
  utm_content                    TEXT COLLATE "C",
  click_id                       TEXT COLLATE "C",
  click_id_type                  TEXT COLLATE "C",
  order_id                       TEXT COLLATE "C",
  currency                       TEXT COLLATE "C",
  order_items                    JSONB,
  properties                     JSONB
);

COMMENT ON TABLE clickstream_events IS
  'One row per event. Of several records with one event id, a signed one, if there is any; of'
  ' equals the one with the smallest (event_timestamp, raw_object_key). The first sixteen columns'
  ' are the published contract. event_details adds what the tables of repeated values hold.';
COMMENT ON COLUMN clickstream_events.event_id IS 'Id of the event.';
COMMENT ON COLUMN clickstream_events.event_timestamp IS
  'Time at which the platform received the event, in microseconds. At most 24 hours after the hour'
  ' in raw_object_key, or else the time of another source.';
COMMENT ON COLUMN clickstream_events.event_name IS
  'Name of the event as sent, at most 128 bytes; ''unknown'' if absent.';
COMMENT ON COLUMN clickstream_events.user_id IS
  'User id that the shop assigned. NULL if the visitor was not logged in.';
COMMENT ON COLUMN clickstream_events.user_login_state IS
  'Login state as sent, ''guest'' or ''logged_in''; ''anonymous'', in any case of letters, is'
  ' stored as ''guest''.';
COMMENT ON COLUMN clickstream_events.identity_source IS 'Identity provider as sent.';
COMMENT ON COLUMN clickstream_events.client_id IS 'Browser id that the tracker assigned.';
COMMENT ON COLUMN clickstream_events.session_id IS
  'Session id that the client assigned, one per browser tab. Not the session of'
  ' clickstream_sessions.';
COMMENT ON COLUMN clickstream_events.is_first_visit IS 'First-visit flag as the client sent it.';
COMMENT ON COLUMN clickstream_events.context_product_id IS
  'Product id. NULL for an event without a product.';
COMMENT ON COLUMN clickstream_events.context_product_name IS 'Product name.';
COMMENT ON COLUMN clickstream_events.context_product_category IS 'Product category.';
COMMENT ON COLUMN clickstream_events.context_product_brand IS 'Product brand.';
COMMENT ON COLUMN clickstream_events.context_product_url_path IS 'Path of the product page.';
COMMENT ON COLUMN clickstream_events.context_product_price IS
  'Price in minor units, rounded half up to the price scale.';
COMMENT ON COLUMN clickstream_events.context_product_discount_price IS
  'Discounted price in minor units, rounded half up to the price scale.';
COMMENT ON COLUMN clickstream_events.occurred_at IS
  'Time at which the event happened: event_timestamp minus the time in the client''s queue.'
  ' Sessions and marts use it.';
COMMENT ON COLUMN clickstream_events.visitor_id IS
  'Browser of the event: c:<client_id>, else u:<user_id>, else s:<session_id>, else e:<event_id>.';
COMMENT ON COLUMN clickstream_events.session_key IS 'Session of the event in clickstream_sessions.';
COMMENT ON COLUMN clickstream_events.raw_id IS 'UUID in the name of the raw object.';
COMMENT ON COLUMN clickstream_events.raw_hour IS
  'Hour in the key of the raw object, in hours since 1970-01-01 00:00 UTC.';
COMMENT ON COLUMN clickstream_events.raw_line IS
  'Line of the batch object that holds the event, from 1. NULL for an object of one event.';
COMMENT ON COLUMN clickstream_events.page_id IS 'Page in clickstream_pages. NULL without one.';
COMMENT ON COLUMN clickstream_events.page_path IS
  'Path of the page''s URL, without query and fragment.';
COMMENT ON COLUMN clickstream_events.page_query IS
  'Rest of the page''s URL after page_address: query and fragment.';
COMMENT ON COLUMN clickstream_events.referrer_id IS
  'Referrer in clickstream_referrers. NULL without one.';
COMMENT ON COLUMN clickstream_events.agent_id IS
  'User agent and settings of the browser in clickstream_agents. NULL if none was sent.';
COMMENT ON COLUMN clickstream_events.element_id IS
  'Element of a click in clickstream_elements. NULL without one.';
COMMENT ON COLUMN clickstream_events.device_category IS
  '''desktop'', ''mobile'', ''tablet'', ''server'' (a program, not a browser or an app) or ''bot'','
  ' from the user agent. NULL without one.';
COMMENT ON COLUMN clickstream_events.is_bot IS
  'True if the user agent is a known crawler; false for programs of the shop (''server'').';
COMMENT ON COLUMN clickstream_events.utm_source IS
  'Campaign source: utm_source in the query of page_url.';
COMMENT ON COLUMN clickstream_events.utm_medium IS
  'Campaign medium: utm_medium in the query of page_url.';
COMMENT ON COLUMN clickstream_events.utm_campaign IS
  'Campaign name: utm_campaign in the query of page_url.';
COMMENT ON COLUMN clickstream_events.utm_term IS
  'Campaign term: utm_term in the query of page_url.';
COMMENT ON COLUMN clickstream_events.utm_content IS
  'Campaign content: utm_content in the query of page_url.';
COMMENT ON COLUMN clickstream_events.click_id IS
  'First advertising click id in the query of page_url.';
COMMENT ON COLUMN clickstream_events.click_id_type IS
  'Parameter that held click_id, such as gclid.';
COMMENT ON COLUMN clickstream_events.order_id IS 'Order id. NULL for an event without an order.';
COMMENT ON COLUMN clickstream_events.order_value_minor IS
  'Order value as sent, in minor units, from 0 to 10^15.';
COMMENT ON COLUMN clickstream_events.currency IS 'ISO 4217 code of the order, in upper case.';
COMMENT ON COLUMN clickstream_events.order_items IS
  'Order lines: product_id, name, category, brand, quantity, price_minor, discount_price_minor.'
  ' The quantity is a decimal, negative for a return; null if unusable, left out if absent. An'
  ' unusable discounted price is null too. At most 200 lines: of a longer order, the last one'
  ' stands for the rest, with the quantity null.';
COMMENT ON COLUMN clickstream_events.properties IS
  'Payload fields that no other column holds, without the properties of clickstream_agents; their'
  ' text in NFC.';
COMMENT ON COLUMN clickstream_events.canonical_name IS
  'Name by which metrics count the event: event_name, or the platform''s name for an alias such as'
  ' purchase, in any case of letters.';
COMMENT ON COLUMN clickstream_events.client_timestamp IS
  'Time of the event by the client''s own clock.';
COMMENT ON COLUMN clickstream_events.sent_at IS
  'Time at which the client sent the event, by the client''s own clock.';

COMMENT ON COLUMN clickstream_events.is_signed IS
  'True if a back end of the shop signed the request, and the ingest function verified it.';
COMMENT ON COLUMN clickstream_events.is_order_value_unusable IS
  'True if an order value was sent that is unusable and not below 0: the sum of the lines does not'
  ' replace it. Else NULL.';

-- Recomputing sessions and marts of sessions reads the events of a session. Equal keys share an
-- entry of the index, so that it takes a tenth of an index on visitor and time.
CREATE INDEX clickstream_events_session ON clickstream_events (session_key);
-- Marts by hour read the events of an hour. Its events share an entry of the index too.
CREATE INDEX clickstream_events_hour
  ON clickstream_events (date_trunc('hour', occurred_at AT TIME ZONE 'UTC'));
-- A continued session reads its earlier orders, so that a reloaded thank-you page is not counted.
CREATE INDEX clickstream_events_orders ON clickstream_events (session_key)
  WHERE canonical_name = 'checkout_complete';
-- clickstream_orders reads the first claims of an order, of whatever visitor.
CREATE INDEX clickstream_events_order
  ON clickstream_events (
    coalesce(order_id, event_id::TEXT), is_signed DESC, event_timestamp, event_id)
  WHERE canonical_name = 'checkout_complete';

-- ── Values that many events share ──
--
-- Each value stands once. Its id is a function of the value: the first 16 bytes of a SHA-256, as a
-- UUID of version 8. So the same events give the same rows, in whatever order they are loaded.
-- `events` counts the stored events with the value; a value without events is deleted.

CREATE TABLE clickstream_pages (
  page_id       UUID PRIMARY KEY,
  events        BIGINT NOT NULL,
  page_address  TEXT COLLATE "C",
  page_title    TEXT COLLATE "C",
  page_category TEXT COLLATE "C"
) WITH (fillfactor = 80);

COMMENT ON TABLE clickstream_pages IS
  'One row per page of stored events: address, title and category.';
COMMENT ON COLUMN clickstream_pages.page_id IS 'Id of the row, from the other columns.';
COMMENT ON COLUMN clickstream_pages.events IS 'Number of stored events on the page.';
COMMENT ON COLUMN clickstream_pages.page_address IS
  'URL of the page without query and fragment, which are in page_query of the event.';
COMMENT ON COLUMN clickstream_pages.page_title IS 'Title of the page.';
COMMENT ON COLUMN clickstream_pages.page_category IS
  'Category that the page shows. NULL for a page without one.';

CREATE TABLE clickstream_referrers (
  referrer_id   UUID PRIMARY KEY,
  events        BIGINT NOT NULL,
  referrer      TEXT COLLATE "C" NOT NULL,
  referrer_host TEXT COLLATE "C"
) WITH (fillfactor = 80);

COMMENT ON TABLE clickstream_referrers IS 'One row per referrer of stored events.';
COMMENT ON COLUMN clickstream_referrers.referrer_id IS 'Id of the row, from the other columns.';
COMMENT ON COLUMN clickstream_referrers.events IS 'Number of stored events with the referrer.';
COMMENT ON COLUMN clickstream_referrers.referrer IS 'Referrer as sent.';
COMMENT ON COLUMN clickstream_referrers.referrer_host IS
  'Host of referrer in lower-case ASCII, without port, prefix www and final dot; own hosts are'
  ' included.';

CREATE TABLE clickstream_agents (
  agent_id          UUID PRIMARY KEY,
  events            BIGINT NOT NULL,
  user_agent        TEXT COLLATE "C",
  client_properties JSONB
) WITH (fillfactor = 80);

COMMENT ON TABLE clickstream_agents IS
  'One row per user agent and settings of the browser of stored events.';
COMMENT ON COLUMN clickstream_agents.agent_id IS 'Id of the row, from the other columns.';
COMMENT ON COLUMN clickstream_agents.events IS 'Number of stored events of the agent.';
COMMENT ON COLUMN clickstream_agents.user_agent IS
  'User agent of the request, as the ingest function received it.';
COMMENT ON COLUMN clickstream_agents.client_properties IS
  'Payload fields that describe the browser: language, timezone, viewport and trackerVersion;'
  ' their text in NFC.';

CREATE TABLE clickstream_elements (
  element_id UUID PRIMARY KEY,
  events     BIGINT NOT NULL,
  element    JSONB NOT NULL
) WITH (fillfactor = 80);

COMMENT ON TABLE clickstream_elements IS 'One row per clicked element of stored events.';
COMMENT ON COLUMN clickstream_elements.element_id IS 'Id of the row, from the element.';
COMMENT ON COLUMN clickstream_elements.events IS 'Number of stored events with the element.';
COMMENT ON COLUMN clickstream_elements.element IS
  'Element block of a click, as sent; its text in NFC.';

CREATE FUNCTION raw_object_key(raw_hour INTEGER, raw_id UUID, raw_line INTEGER)
RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT to_char(TIMESTAMP '1970-01-01' + raw_hour * INTERVAL '1 hour', 'YYYY/MM/DD/HH24/')
    || CASE WHEN raw_line IS NULL THEN 'event-' || raw_id || '.json'
      ELSE 'batch-' || raw_id || '.ndjson#' || raw_line END
$$;

COMMENT ON FUNCTION raw_object_key IS
  'Returns the key of a record: path below the raw root, with #line for a line of a batch object.';

CREATE VIEW event_details AS
SELECT
  event.event_id,
  event.event_timestamp,
  event.event_name,
  event.user_id,
  event.user_login_state,
  event.identity_source,
  event.client_id,
  event.session_id,
  event.is_first_visit,
  event.context_product_id,
  event.context_product_name,
  event.context_product_category,
  event.context_product_brand,
  event.context_product_url_path,
  event.context_product_price,
  event.context_product_discount_price,
  event.occurred_at,
  event.visitor_id,
  event.session_key,
  raw_object_key(event.raw_hour, event.raw_id, event.raw_line) COLLATE "C" AS raw_object_key,
  page.page_address || coalesce(event.page_query, '') AS page_url,
  event.page_path,
  page.page_title,
  referrer.referrer,
  referrer.referrer_host,
  agent.user_agent,
  event.is_bot,
  event.device_category,
  event.utm_source,
  event.utm_medium,
  event.utm_campaign,
  event.utm_term,
  event.utm_content,
  event.click_id,
  event.click_id_type,
  element.element,
  event.order_id,
  event.order_value_minor,
  event.currency,
  event.order_items,
  coalesce(agent.client_properties || event.properties, agent.client_properties, event.properties)
    AS properties,
  event.canonical_name,
  event.client_timestamp,
  event.sent_at,
  page.page_category,
  event.is_signed,
  event.is_order_value_unusable
FROM clickstream_events AS event
LEFT JOIN clickstream_pages AS page ON page.page_id = event.page_id
LEFT JOIN clickstream_referrers AS referrer ON referrer.referrer_id = event.referrer_id
LEFT JOIN clickstream_agents AS agent ON agent.agent_id = event.agent_id
LEFT JOIN clickstream_elements AS element ON element.element_id = event.element_id;

COMMENT ON VIEW event_details IS
  'One row per event, with the values of the tables of repeated values. A query pays only for the'
  ' tables whose columns it names.';

CREATE TABLE clickstream_sessions (
  session_key             UUID PRIMARY KEY,
  visitor_id              TEXT COLLATE "C" NOT NULL,
  client_id               TEXT COLLATE "C",
  user_id                 TEXT COLLATE "C",
  started_at              TIMESTAMPTZ NOT NULL,
  ended_at                TIMESTAMPTZ NOT NULL,
  first_event_id          UUID NOT NULL,
  last_event_id           UUID NOT NULL,
  duration_s              INTEGER NOT NULL,
  event_count             INTEGER NOT NULL,
  page_view_count         INTEGER NOT NULL,
  product_view_count      INTEGER NOT NULL,
  add_to_cart_count       INTEGER NOT NULL,
  remove_from_cart_count  INTEGER NOT NULL,
  checkout_start_count    INTEGER NOT NULL,
  checkout_complete_count INTEGER NOT NULL,
  landing_page_url        TEXT COLLATE "C",
  exit_page_url           TEXT COLLATE "C",
  referrer                TEXT COLLATE "C",
  is_first_visit          BOOLEAN,
  is_engaged              BOOLEAN NOT NULL,
  is_bounce               BOOLEAN NOT NULL,
  is_converted            BOOLEAN NOT NULL,
  is_bot                  BOOLEAN NOT NULL,
  session_date            DATE NOT NULL,
  landing_page_path       TEXT COLLATE "C",
  exit_page_path          TEXT COLLATE "C",
  first_event_name        TEXT COLLATE "C" NOT NULL,
  last_event_name         TEXT COLLATE "C" NOT NULL,
  referrer_host           TEXT COLLATE "C",
  utm_source              TEXT COLLATE "C",
  utm_medium              TEXT COLLATE "C",
  utm_campaign            TEXT COLLATE "C",
  utm_term                TEXT COLLATE "C",
  utm_content             TEXT COLLATE "C",
  click_id                TEXT COLLATE "C",
  click_id_type           TEXT COLLATE "C",
  device_category         TEXT COLLATE "C",
  order_count             INTEGER,
  revenue_minor           BIGINT,
  currency                TEXT COLLATE "C",
  bot_reason              TEXT COLLATE "C",
  source                  TEXT COLLATE "C" NOT NULL,
  medium                  TEXT COLLATE "C" NOT NULL,
  default_channel_group   TEXT COLLATE "C" NOT NULL
);

COMMENT ON TABLE clickstream_sessions IS
  'One row per session: events of one visitor with gaps of at most the session gap. A session'
  ' that has run for six hours is cut at 00:00 and 12:00 UTC.';
COMMENT ON COLUMN clickstream_sessions.session_key IS
  'Id of the session: UUIDv5 of visitor_id and first_event_id.';
COMMENT ON COLUMN clickstream_sessions.visitor_id IS 'Visitor of the session.';
COMMENT ON COLUMN clickstream_sessions.client_id IS 'First client_id of the session.';
COMMENT ON COLUMN clickstream_sessions.user_id IS
  'Last user_id of the session. A login in the session counts for all of it.';
COMMENT ON COLUMN clickstream_sessions.started_at IS 'occurred_at of the first event.';
COMMENT ON COLUMN clickstream_sessions.ended_at IS 'occurred_at of the last event.';
COMMENT ON COLUMN clickstream_sessions.first_event_id IS 'First event, by (occurred_at, event_id).';
COMMENT ON COLUMN clickstream_sessions.last_event_id IS 'Last event, by (occurred_at, event_id).';
COMMENT ON COLUMN clickstream_sessions.duration_s IS
  'ended_at minus started_at in whole seconds, rounded down.';
COMMENT ON COLUMN clickstream_sessions.event_count IS 'Number of events.';
COMMENT ON COLUMN clickstream_sessions.page_view_count IS
  'Number of page_view, home_view, category_view and product_view events that no server sent.';
COMMENT ON COLUMN clickstream_sessions.product_view_count IS 'Number of product_view events.';
COMMENT ON COLUMN clickstream_sessions.add_to_cart_count IS 'Number of add_to_cart_click events.';
COMMENT ON COLUMN clickstream_sessions.remove_from_cart_count IS
  'Number of remove_from_cart_click events.';
COMMENT ON COLUMN clickstream_sessions.checkout_start_count IS 'Number of checkout_start events.';
COMMENT ON COLUMN clickstream_sessions.checkout_complete_count IS
  'Number of checkout_complete events, reloaded thank-you pages included.';
COMMENT ON COLUMN clickstream_sessions.landing_page_url IS
  'First page_url of the session, without events of a back end.';
COMMENT ON COLUMN clickstream_sessions.exit_page_url IS
  'Last page_url of the session, without events of a back end.';
COMMENT ON COLUMN clickstream_sessions.referrer IS
  'Referrer of the touch: the first event with campaign parameters or a click id whose referrer is'
  ' absent or external, else the first event of the session. Events of a back end do not count.';
COMMENT ON COLUMN clickstream_sessions.is_first_visit IS
  'First is_first_visit of the session: the client''s flag.';
COMMENT ON COLUMN clickstream_sessions.is_engaged IS
  'True if the session is longer than 10 s, has two page views or has a conversion.';
COMMENT ON COLUMN clickstream_sessions.is_bounce IS 'True if the session is not engaged.';
COMMENT ON COLUMN clickstream_sessions.is_converted IS
  'True if the session has a checkout_complete event.';
COMMENT ON COLUMN clickstream_sessions.is_bot IS
  'True if bot_reason is not NULL.';
COMMENT ON COLUMN clickstream_sessions.session_date IS 'Reporting day of started_at.';
COMMENT ON COLUMN clickstream_sessions.landing_page_path IS
  'First page_path of the session, without events of a back end.';
COMMENT ON COLUMN clickstream_sessions.exit_page_path IS
  'Last page_path of the session, without events of a back end.';
COMMENT ON COLUMN clickstream_sessions.first_event_name IS 'Name of the first event, as sent.';
COMMENT ON COLUMN clickstream_sessions.last_event_name IS 'Name of the last event, as sent.';
COMMENT ON COLUMN clickstream_sessions.referrer_host IS
  'Host of referrer. NULL for the shop''s own hosts, the host of the page itself, payment gateways'
  ' and sign-in providers.';
COMMENT ON COLUMN clickstream_sessions.utm_source IS 'utm_source of the touch.';
COMMENT ON COLUMN clickstream_sessions.utm_medium IS 'utm_medium of the touch.';
COMMENT ON COLUMN clickstream_sessions.utm_campaign IS 'utm_campaign of the touch.';
COMMENT ON COLUMN clickstream_sessions.utm_term IS 'utm_term of the touch.';
COMMENT ON COLUMN clickstream_sessions.utm_content IS 'utm_content of the touch.';
COMMENT ON COLUMN clickstream_sessions.click_id IS 'click_id of the touch.';
COMMENT ON COLUMN clickstream_sessions.click_id_type IS 'Parameter that held click_id.';
COMMENT ON COLUMN clickstream_sessions.device_category IS
  'First device_category of the session that is not ''server''.';
COMMENT ON COLUMN clickstream_sessions.order_count IS
  'Number of distinct orders in its checkout_complete events. An event without an order id is an'
  ' order. NULL if bot_reason is volume.';
COMMENT ON COLUMN clickstream_sessions.revenue_minor IS
  'Value of its distinct orders in minor units. NULL if the value of one is unknown, or with'
  ' several currencies.';
COMMENT ON COLUMN clickstream_sessions.currency IS 'Currency of revenue_minor.';
COMMENT ON COLUMN clickstream_sessions.bot_reason IS
  'Reason why the session is a bot''s: ''volume'' (more than 5,000 events or 100 distinct orders),'
  ' else ''crawler'' (an event of it is from a crawler). NULL for a person''s session.';
COMMENT ON COLUMN clickstream_sessions.source IS
  'Traffic source of the touch: utm_source, else that of the click id, else the referrer''s host,'
  ' else (direct).';
COMMENT ON COLUMN clickstream_sessions.medium IS
  'Traffic medium of the touch: utm_medium, else that of the click id, else organic, ai-assistant'
  ' or referral, else (none). A paid click id of the same network replaces an unpaid utm_medium.';
COMMENT ON COLUMN clickstream_sessions.default_channel_group IS
  'GA4 default channel group of source, medium and campaign, by channel_rules.';

-- Recomputing sessions begins at the last session start before a change.
CREATE UNIQUE INDEX clickstream_sessions_place
  ON clickstream_sessions (visitor_id, started_at, first_event_id);
CREATE INDEX clickstream_sessions_time ON clickstream_sessions (started_at);
CREATE INDEX clickstream_sessions_date ON clickstream_sessions (session_date);
-- Marts by hour leave out the events of these sessions.
CREATE INDEX clickstream_sessions_volume ON clickstream_sessions (started_at)
  WHERE bot_reason = 'volume';

CREATE TABLE duplicate_records (
  object_key      TEXT COLLATE "C" PRIMARY KEY,
  event_id        UUID NOT NULL,
  event_timestamp TIMESTAMPTZ NOT NULL,
  client_id       TEXT COLLATE "C",
  user_id         TEXT COLLATE "C"
);

COMMENT ON TABLE duplicate_records IS
  'One row per duplicate: a record that lost against another record of the same event id.';
COMMENT ON COLUMN duplicate_records.object_key IS
  'Record: path below the raw root, with #line for a line of a batch object.';
COMMENT ON COLUMN duplicate_records.event_id IS
  'Event that the winning record holds in clickstream_events.';
COMMENT ON COLUMN duplicate_records.event_timestamp IS
  'event_timestamp of the record. It tells, with the ids, whether an erasure request matches it.';
COMMENT ON COLUMN duplicate_records.client_id IS 'client_id of the record.';
COMMENT ON COLUMN duplicate_records.user_id IS 'user_id of the record.';

CREATE TABLE rejected_records (
  object_key TEXT COLLATE "C" PRIMARY KEY,
  reason     TEXT COLLATE "C" NOT NULL,
  detail     TEXT COLLATE "C" NOT NULL,
  body       BYTEA NOT NULL
);
-- The records whose bytes will be emptied: without those that are empty already.
CREATE INDEX rejected_records_bytes ON rejected_records (object_key)
  WHERE octet_length(body) > 0;

COMMENT ON TABLE rejected_records IS
  'One row per rejected record: one that is not a non-empty JSON object, or has a name that is too'
  ' long.';
COMMENT ON COLUMN rejected_records.object_key IS
  'Record: path below the raw root, with #line for a line of a batch object.';
COMMENT ON COLUMN rejected_records.reason IS
  'Reason code: empty, invalid_utf8, invalid_json, trailing_content, not_an_object, empty_object,'
  ' not_a_pack, event_name_too_long, too_deep or too_large.';
COMMENT ON COLUMN rejected_records.detail IS 'Fault in the record, and its position.';
COMMENT ON COLUMN rejected_records.body IS
  'First 64 KiB of the record. Emptied after rejected_bytes_days of warehouse_settings.';

CREATE TABLE erased_records (
  object_key TEXT COLLATE "C" PRIMARY KEY
);

COMMENT ON TABLE erased_records IS
  'One row per erased record: one that an erasure request matches. Its content is not stored.';
COMMENT ON COLUMN erased_records.object_key IS
  'Record: path below the raw root, with #line for a line of a batch object.';

CREATE TABLE warehouse_settings (
  only_row            BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
  session_gap_s       INTEGER NOT NULL,
  price_scale         SMALLINT NOT NULL,
  reporting_zone      TEXT COLLATE "C" NOT NULL,
  own_hosts           TEXT[] COLLATE "C" NOT NULL,
  parse_version       INTEGER NOT NULL,
  session_version     INTEGER NOT NULL,
  bot_list_version    TEXT COLLATE "C" NOT NULL,
  mart_version        INTEGER NOT NULL,
  rules_hash          TEXT COLLATE "C" NOT NULL,
  rejected_bytes_days INTEGER NOT NULL DEFAULT 0,
  closed_before       TIMESTAMPTZ
);

COMMENT ON TABLE warehouse_settings IS
  'At most one row: the settings that rows depend on besides the raw objects. The first load'
  ' writes it; a run with other settings is refused.';
COMMENT ON COLUMN warehouse_settings.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN warehouse_settings.session_gap_s IS 'Greatest gap inside a session, in seconds.';
COMMENT ON COLUMN warehouse_settings.price_scale IS 'Number of decimal places in minor units.';
COMMENT ON COLUMN warehouse_settings.reporting_zone IS 'Time zone of reporting days.';
COMMENT ON COLUMN warehouse_settings.own_hosts IS
  'Hosts of the shop, which are not referrers; in lower case, without prefix www, sorted.';
COMMENT ON COLUMN warehouse_settings.parse_version IS 'Version of the rules from record to event.';
COMMENT ON COLUMN warehouse_settings.session_version IS
  'Version of the rules from events to sessions.';
COMMENT ON COLUMN warehouse_settings.bot_list_version IS 'Library and version of the crawler list.';
COMMENT ON COLUMN warehouse_settings.mart_version IS
  'Version of the rules from events and sessions to marts.';
COMMENT ON COLUMN warehouse_settings.rules_hash IS
  'SHA-256 of the rule tables that rows were computed by, as rules_hash() returns it.';
COMMENT ON COLUMN warehouse_settings.rejected_bytes_days IS
  'Days for which the bytes of rejected records are kept, counted to the latest loaded hour. 0'
  ' keeps them for ever.';
COMMENT ON COLUMN warehouse_settings.closed_before IS
  'Begin of a reporting day. The period before it is closed: records of it are not loaded, and its'
  ' marts by hour and by day are final. NULL if no period is closed. It moves only forward.';

CREATE TABLE traffic_hourly (
  hour               TIMESTAMPTZ PRIMARY KEY,
  day                DATE NOT NULL,
  events             BIGINT NOT NULL,
  page_views         BIGINT NOT NULL,
  visitors           BIGINT NOT NULL,
  sessions           BIGINT NOT NULL,
  engaged_sessions   BIGINT NOT NULL,
  converted_sessions BIGINT NOT NULL,
  bot_events         BIGINT NOT NULL,
  bot_sessions       BIGINT NOT NULL
);

COMMENT ON TABLE traffic_hourly IS
  'Mart. One row per hour of the reporting zone that has an event. Bots are counted apart.';
COMMENT ON COLUMN traffic_hourly.hour IS 'Start of the hour.';
COMMENT ON COLUMN traffic_hourly.day IS 'Reporting day of the hour.';
COMMENT ON COLUMN traffic_hourly.events IS 'Number of events in the hour, without bots.';
COMMENT ON COLUMN traffic_hourly.page_views IS 'Number of page views in the hour.';
COMMENT ON COLUMN traffic_hourly.visitors IS
  'Number of distinct visitors in the hour. Do not add up hours: a visitor may be in several.';
COMMENT ON COLUMN traffic_hourly.sessions IS
  'Number of sessions that started in the hour, without bots.';
COMMENT ON COLUMN traffic_hourly.engaged_sessions IS 'Number of these sessions that were engaged.';
COMMENT ON COLUMN traffic_hourly.converted_sessions IS 'Number of these sessions that converted.';
COMMENT ON COLUMN traffic_hourly.bot_events IS 'Number of bot events in the hour.';
COMMENT ON COLUMN traffic_hourly.bot_sessions IS 'Number of bot sessions that started in the hour.';

CREATE TABLE etl_runs (
  run_id                 UUID NOT NULL,
  slice                  INTEGER NOT NULL,
  mode                   TEXT COLLATE "C" NOT NULL,
  window_from            TIMESTAMPTZ NOT NULL,
  window_to              TIMESTAMPTZ NOT NULL,
  started_at             TIMESTAMPTZ NOT NULL,
  finished_at            TIMESTAMPTZ NOT NULL,
  objects_listed         BIGINT NOT NULL,
  objects_ignored        BIGINT NOT NULL,
  records_listed         BIGINT NOT NULL,
  already_loaded         BIGINT NOT NULL,
  records_read           BIGINT NOT NULL,
  inserted               BIGINT NOT NULL,
  duplicates             BIGINT NOT NULL,
  rejected               BIGINT NOT NULL,
  vanished               BIGINT NOT NULL,
  unreadable             BIGINT NOT NULL,
  replaced               BIGINT NOT NULL,
  conflicting_duplicates BIGINT NOT NULL,
  coerced_fields         JSONB NOT NULL,
  sessions_written       BIGINT NOT NULL,
  context_rows_read      BIGINT NOT NULL,
  stage_seconds          JSONB NOT NULL,
  lock_held_s            NUMERIC NOT NULL,
  settings               JSONB NOT NULL,
  version                TEXT COLLATE "C" NOT NULL,
  quarantined            BIGINT NOT NULL DEFAULT 0,
  erased                 BIGINT NOT NULL DEFAULT 0,
  closed                 BIGINT NOT NULL DEFAULT 0,
  oldest_event_timestamp TIMESTAMPTZ,
  PRIMARY KEY (run_id, slice)
);

COMMENT ON TABLE etl_runs IS
  'Ledger. One row per committed slice of a run. records_listed = already_loaded + inserted +'
  ' duplicates + rejected + erased + closed + vanished + unreadable + quarantined.';
COMMENT ON COLUMN etl_runs.run_id IS 'Id of the run, random.';
COMMENT ON COLUMN etl_runs.slice IS
  'Number of the slice in the run, from 1. A failed slice has no row. Slice 0 has applied new'
  ' erasure requests, and slices from 3000000 have loaded duplicates of erased events again.';
COMMENT ON COLUMN etl_runs.mode IS
  '''hour'', ''date'', ''range'', ''since-last-run'', ''follow'', ''rebuild'' or ''erase''. A run'
  ' of any kind writes rows of ''erase'' when it applies erasure requests.';
COMMENT ON COLUMN etl_runs.window_from IS 'First hour of the slice, by key prefix.';
COMMENT ON COLUMN etl_runs.window_to IS 'End of the slice, exclusive.';
COMMENT ON COLUMN etl_runs.started_at IS 'Start of the slice, by the driver''s clock.';
COMMENT ON COLUMN etl_runs.finished_at IS 'Time just before the commit, by the driver''s clock.';
COMMENT ON COLUMN etl_runs.objects_listed IS
  'Number of raw objects found in the window, by themselves or in packs.';
COMMENT ON COLUMN etl_runs.objects_ignored IS
  'Number of objects with other names, which are not read.';
COMMENT ON COLUMN etl_runs.records_listed IS 'Number of records in the listed objects.';
COMMENT ON COLUMN etl_runs.already_loaded IS 'Number of records that an earlier slice has loaded.';
COMMENT ON COLUMN etl_runs.records_read IS 'Number of records read in this slice.';
COMMENT ON COLUMN etl_runs.inserted IS 'Number of records stored in clickstream_events.';
COMMENT ON COLUMN etl_runs.duplicates IS 'Number of records stored in duplicate_records.';
COMMENT ON COLUMN etl_runs.rejected IS 'Number of records stored in rejected_records.';
COMMENT ON COLUMN etl_runs.vanished IS
  'Number of objects that were deleted between listing and reading.';
COMMENT ON COLUMN etl_runs.unreadable IS
  'Number of objects that could not be read and were skipped, as --skip-unreadable asks.';
COMMENT ON COLUMN etl_runs.replaced IS
  'Number of stored events that an earlier duplicate replaced. Their rows moved to'
  ' duplicate_records.';
COMMENT ON COLUMN etl_runs.conflicting_duplicates IS
  'Number of duplicates with another visitor or event name than the winner.';
COMMENT ON COLUMN etl_runs.coerced_fields IS
  'Number of records with an unusable value, by field. The value became NULL.';
COMMENT ON COLUMN etl_runs.sessions_written IS 'Number of sessions inserted or replaced.';
COMMENT ON COLUMN etl_runs.context_rows_read IS
  'Number of stored events read again to sessionize; in a rebuild, all of them.';
COMMENT ON COLUMN etl_runs.stage_seconds IS 'Seconds per stage of the slice.';
COMMENT ON COLUMN etl_runs.lock_held_s IS
  'Seconds for which the slice held the warehouse lock, up to the commit.';
COMMENT ON COLUMN etl_runs.settings IS 'Settings of the run, as in warehouse_settings.';
COMMENT ON COLUMN etl_runs.version IS 'Version of the job; ''development'' outside a jar.';
COMMENT ON COLUMN etl_runs.quarantined IS
  'Number of objects in etl_quarantine that the slice left out.';
COMMENT ON COLUMN etl_runs.erased IS 'Number of records stored in erased_records.';
COMMENT ON COLUMN etl_runs.closed IS
  'Number of records that came after their period was closed. Only their keys are kept, in'
  ' etl_hours.';
COMMENT ON COLUMN etl_runs.oldest_event_timestamp IS
  'Earliest event_timestamp of the inserted events. NULL without any. finished_at minus this is the'
  ' longest time from reception to commit.';

CREATE TABLE etl_hours (
  hour           TIMESTAMPTZ PRIMARY KEY,
  complete       BOOLEAN NOT NULL,
  last_listed_at TIMESTAMPTZ NOT NULL,
  records_loaded BIGINT NOT NULL,
  loaded_keys    BYTEA NOT NULL,
  batch_records  INTEGER[] NOT NULL
);

COMMENT ON TABLE etl_hours IS
  'Ledger. One row per hour prefix in which an object was found, with the loaded objects.';
COMMENT ON COLUMN etl_hours.hour IS 'UTC hour of the key prefix.';
COMMENT ON COLUMN etl_hours.complete IS
  'True if every object of the latest listing is loaded. False while a run loads the hour, after'
  ' that run failed, and after unreadable objects were skipped.';
COMMENT ON COLUMN etl_hours.last_listed_at IS
  'Start of the latest listing that found new objects, by the server''s clock. complete refers to'
  ' this listing.';
COMMENT ON COLUMN etl_hours.records_loaded IS 'Number of records in the loaded objects.';
COMMENT ON COLUMN etl_hours.loaded_keys IS
  'Loaded objects in key order, 17 bytes each: kind (e event, b batch, p pack) and UUID. A pack'
  ' says that all of its objects are loaded.';
COMMENT ON COLUMN etl_hours.batch_records IS
  'Number of records of each loaded batch, then of each pack, in the order of loaded_keys. A pack'
  ' has none, and a rejected file that is not a pack has one.';

CREATE TABLE etl_quarantine (
  object_key     TEXT COLLATE "C" PRIMARY KEY,
  hour           TIMESTAMPTZ NOT NULL,
  error          TEXT COLLATE "C" NOT NULL,
  version        TEXT COLLATE "C" NOT NULL,
  run_id         UUID NOT NULL,
  quarantined_at TIMESTAMPTZ NOT NULL
);

COMMENT ON TABLE etl_quarantine IS
  'Ledger. One row per raw object that a load fails on. The object is not loaded. A job of another'
  ' version, or one with --retry-quarantined, tries it again.';
COMMENT ON COLUMN etl_quarantine.object_key IS 'Object: path below the raw root.';
COMMENT ON COLUMN etl_quarantine.hour IS 'UTC hour of the key prefix.';
COMMENT ON COLUMN etl_quarantine.error IS 'First line of the error.';
COMMENT ON COLUMN etl_quarantine.version IS 'Version of the job that failed.';
COMMENT ON COLUMN etl_quarantine.run_id IS 'Run that failed.';
COMMENT ON COLUMN etl_quarantine.quarantined_at IS 'Time of the failure, by the server''s clock.';

CREATE TABLE etl_erasures (
  request_id      UUID PRIMARY KEY,
  requested_at    TIMESTAMPTZ NOT NULL,
  received_before TIMESTAMPTZ NOT NULL,
  client_ids      INTEGER NOT NULL,
  user_ids        INTEGER NOT NULL,
  event_ids       INTEGER NOT NULL,
  object_keys     INTEGER NOT NULL,
  run_id          UUID NOT NULL,
  applied_at      TIMESTAMPTZ NOT NULL,
  version         TEXT COLLATE "C" NOT NULL,
  events          BIGINT NOT NULL DEFAULT 0,
  sessions        BIGINT NOT NULL DEFAULT 0,
  duplicates      BIGINT NOT NULL DEFAULT 0,
  rejected        BIGINT NOT NULL DEFAULT 0,
  returned        BIGINT NOT NULL DEFAULT 0,
  purged_at       TIMESTAMPTZ,
  purged_objects  BIGINT,
  purged_batches  BIGINT,
  purged_packs    BIGINT,
  proved_at       TIMESTAMPTZ,
  digest_before   TEXT COLLATE "C",
  digest_after    TEXT COLLATE "C"
);

COMMENT ON TABLE etl_erasures IS
  'Ledger. One row per erasure request that a run has applied, without the ids in it. A stored'
  ' record that several requests match counts for one of them.';
COMMENT ON COLUMN etl_erasures.request_id IS 'UUID in the name of the request''s object.';
COMMENT ON COLUMN etl_erasures.requested_at IS 'Time of the request, as it says.';
COMMENT ON COLUMN etl_erasures.received_before IS
  'The request matches records that the platform received before this time.';
COMMENT ON COLUMN etl_erasures.client_ids IS 'Number of client ids in the request.';
COMMENT ON COLUMN etl_erasures.user_ids IS 'Number of user ids in the request.';
COMMENT ON COLUMN etl_erasures.event_ids IS 'Number of event ids in the request.';
COMMENT ON COLUMN etl_erasures.object_keys IS 'Number of object keys in the request.';
COMMENT ON COLUMN etl_erasures.run_id IS 'Run that applied the request to the stored records.';
COMMENT ON COLUMN etl_erasures.applied_at IS 'Time of the application, by the server''s clock.';
COMMENT ON COLUMN etl_erasures.version IS 'Version of the job.';
COMMENT ON COLUMN etl_erasures.events IS 'Number of rows removed from clickstream_events.';
COMMENT ON COLUMN etl_erasures.sessions IS
  'Number of sessions that were removed, or became other ones, because events were removed.';
COMMENT ON COLUMN etl_erasures.duplicates IS 'Number of rows erased from duplicate_records.';
COMMENT ON COLUMN etl_erasures.rejected IS 'Number of rows removed from rejected_records.';
COMMENT ON COLUMN etl_erasures.returned IS
  'Number of duplicates of removed events that the request does not match. They were moved to'
  ' etl_returning_records, and loaded again from there.';
COMMENT ON COLUMN etl_erasures.purged_at IS
  'End of the first purge after the application that had no failure. NULL if the raw root may have'
  ' bytes of erased records.';
COMMENT ON COLUMN etl_erasures.purged_objects IS
  'Number of raw objects that this purge deleted, for all requests together.';
COMMENT ON COLUMN etl_erasures.purged_batches IS
  'Number of batch objects that this purge moved into a pack without their erased lines.';
COMMENT ON COLUMN etl_erasures.purged_packs IS
  'Number of packs that this purge wrote again without erased records, or deleted.';
COMMENT ON COLUMN etl_erasures.proved_at IS
  'Time of the latest proof: a load from the raw root gave the same rows. NULL without one.';
COMMENT ON COLUMN etl_erasures.digest_before IS
  'SHA-256 of the ordered rows of all tables but erased_records, before the erasure. NULL without'
  ' --prove.';
COMMENT ON COLUMN etl_erasures.digest_after IS
  'The same at the time of the proof. It contains what was loaded meanwhile.';

CREATE TABLE etl_erased_ids (
  kind            TEXT COLLATE "C" NOT NULL,
  id              TEXT COLLATE "C" NOT NULL,
  request_id      UUID NOT NULL,
  received_before TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (kind, id, request_id)
);

COMMENT ON TABLE etl_erased_ids IS
  'Ledger. One row per id of an applied erasure request. Every load compares records with them, so'
  ' that a late copy brings nobody back. Readers have no access.';
COMMENT ON COLUMN etl_erased_ids.kind IS '''client'', ''user'', ''event'' or ''object''.';
COMMENT ON COLUMN etl_erased_ids.id IS
  'SHA-256 of a client or user id in lower-case hexadecimal digits, an event id, or an object key.';
COMMENT ON COLUMN etl_erased_ids.request_id IS 'Request in etl_erasures.';
COMMENT ON COLUMN etl_erased_ids.received_before IS 'As in etl_erasures.';

CREATE TABLE etl_returning_records (
  object_key TEXT COLLATE "C" PRIMARY KEY,
  request_id UUID NOT NULL,
  is_tried   BOOLEAN NOT NULL DEFAULT FALSE
);

COMMENT ON TABLE etl_returning_records IS
  'Ledger. One row per record that was a duplicate of an erased one. Its content is not stored, so'
  ' the next run reads it again. A record stays here while its raw object is missing.';
COMMENT ON COLUMN etl_returning_records.object_key IS
  'Record: path below the raw root, with #line for a line of a batch object.';
COMMENT ON COLUMN etl_returning_records.request_id IS 'Request in etl_erasures.';
COMMENT ON COLUMN etl_returning_records.is_tried IS
  'True if its raw object was missing. --reconcile tries again.';

CREATE TABLE etl_closings (
  closed_before   TIMESTAMPTZ PRIMARY KEY,
  started_at      TIMESTAMPTZ NOT NULL,
  finished_at     TIMESTAMPTZ,
  remembered_from TIMESTAMPTZ,
  batches         BIGINT NOT NULL DEFAULT 0,
  sessions        BIGINT NOT NULL DEFAULT 0,
  events          BIGINT NOT NULL DEFAULT 0,
  duplicates      BIGINT NOT NULL DEFAULT 0,
  rejected        BIGINT NOT NULL DEFAULT 0
);

COMMENT ON TABLE etl_closings IS
  'Ledger. One row per closing: what it has removed so far.';
COMMENT ON COLUMN etl_closings.closed_before IS 'As in warehouse_settings.';
COMMENT ON COLUMN etl_closings.started_at IS
  'Time from which loads leave the period out, by the server''s clock.';
COMMENT ON COLUMN etl_closings.finished_at IS
  'Time of the last removal, by the server''s clock. NULL while rows of the period are left.';
COMMENT ON COLUMN etl_closings.remembered_from IS
  'Least started_at of the sessions that closed_sessions keeps: 90 days before the earliest session'
  ' that is left. NULL until it is found; closed_sessions keeps all until then.';
COMMENT ON COLUMN etl_closings.batches IS 'Number of transactions that removed sessions.';
COMMENT ON COLUMN etl_closings.sessions IS 'Number of rows removed from clickstream_sessions.';
COMMENT ON COLUMN etl_closings.events IS 'Number of rows removed from clickstream_events.';
COMMENT ON COLUMN etl_closings.duplicates IS
  'Number of rows removed from duplicate_records: duplicates of the removed events.';
COMMENT ON COLUMN etl_closings.rejected IS 'Number of rows removed from rejected_records.';

CREATE TABLE closed_sessions (
  session_key  UUID PRIMARY KEY,
  visitor_id   TEXT COLLATE "C" NOT NULL,
  started_at   TIMESTAMPTZ NOT NULL,
  session_date DATE NOT NULL,
  source       TEXT COLLATE "C" NOT NULL,
  medium       TEXT COLLATE "C" NOT NULL,
  campaign     TEXT COLLATE "C",
  channel      TEXT COLLATE "C" NOT NULL
);

CREATE INDEX closed_sessions_place ON closed_sessions (visitor_id, started_at);

COMMENT ON TABLE closed_sessions IS
  'One row per session without bots that a closing removed and that figures of later sessions still'
  ' need. A later closing removes it.';
COMMENT ON COLUMN closed_sessions.session_key IS 'Key that the session had.';
COMMENT ON COLUMN closed_sessions.visitor_id IS 'Visitor of the session.';
COMMENT ON COLUMN closed_sessions.started_at IS 'Start of the session.';
COMMENT ON COLUMN closed_sessions.session_date IS 'Reporting day of started_at.';
COMMENT ON COLUMN closed_sessions.source IS 'Traffic source of the session.';
COMMENT ON COLUMN closed_sessions.medium IS 'Traffic medium of the session.';
COMMENT ON COLUMN closed_sessions.campaign IS 'utm_campaign of the session.';
COMMENT ON COLUMN closed_sessions.channel IS 'Default channel group of the session.';

CREATE TABLE etl_lock (
  only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row)
) WITH (fillfactor = 10);

INSERT INTO etl_lock DEFAULT VALUES;

COMMENT ON TABLE etl_lock IS
  'One row: the warehouse lock. A run locks it FOR UPDATE until its slice is committed, and writes'
  ' it anew with the same content: xmin is the transaction that changed the warehouse last. Readers'
  ' have no right to lock it; anyone may take an advisory lock.';
COMMENT ON COLUMN etl_lock.only_row IS 'Always true: keeps the table at one row.';

-- The job creates tables in this schema only.
CREATE SCHEMA clickstream_staging;
ALTER SCHEMA clickstream_staging OWNER TO clickstream_owner;
COMMENT ON SCHEMA clickstream_staging IS
  'Unlogged tables of running jobs. They are named by run id, and the run drops them.';

ALTER TABLE schema_version OWNER TO clickstream_owner;
ALTER TABLE clickstream_events OWNER TO clickstream_owner;
ALTER TABLE clickstream_pages OWNER TO clickstream_owner;
ALTER TABLE clickstream_referrers OWNER TO clickstream_owner;
ALTER TABLE clickstream_agents OWNER TO clickstream_owner;
ALTER TABLE clickstream_elements OWNER TO clickstream_owner;
ALTER FUNCTION raw_object_key OWNER TO clickstream_owner;
ALTER VIEW event_details OWNER TO clickstream_owner;
ALTER TABLE clickstream_sessions OWNER TO clickstream_owner;
ALTER TABLE duplicate_records OWNER TO clickstream_owner;
ALTER TABLE rejected_records OWNER TO clickstream_owner;
ALTER TABLE erased_records OWNER TO clickstream_owner;
ALTER TABLE warehouse_settings OWNER TO clickstream_owner;
ALTER TABLE traffic_hourly OWNER TO clickstream_owner;
ALTER TABLE etl_runs OWNER TO clickstream_owner;
ALTER TABLE etl_hours OWNER TO clickstream_owner;
ALTER TABLE etl_quarantine OWNER TO clickstream_owner;
ALTER TABLE etl_erasures OWNER TO clickstream_owner;
ALTER TABLE etl_erased_ids OWNER TO clickstream_owner;
ALTER TABLE etl_returning_records OWNER TO clickstream_owner;
ALTER TABLE etl_closings OWNER TO clickstream_owner;
ALTER TABLE closed_sessions OWNER TO clickstream_owner;
ALTER TABLE etl_lock OWNER TO clickstream_owner;

GRANT USAGE ON SCHEMA public TO clickstream_etl, clickstream_reader;
GRANT USAGE, CREATE ON SCHEMA clickstream_staging TO clickstream_etl;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON clickstream_events, clickstream_pages, clickstream_referrers, clickstream_agents,
     clickstream_elements, clickstream_sessions, duplicate_records, rejected_records,
     erased_records, traffic_hourly, etl_hours, etl_quarantine, etl_returning_records,
     closed_sessions
  TO clickstream_etl;
-- What was erased stays erased: no run deletes a request.
GRANT SELECT, INSERT, UPDATE ON etl_erasures TO clickstream_etl;
GRANT SELECT, INSERT ON etl_erased_ids TO clickstream_etl;
-- No run deletes a closing: closed_before only moves forward.
GRANT SELECT, INSERT, UPDATE ON etl_closings TO clickstream_etl;
GRANT UPDATE (closed_before) ON warehouse_settings TO clickstream_etl;
GRANT SELECT ON event_details TO clickstream_etl;
GRANT SELECT, UPDATE ON etl_lock TO clickstream_etl;
GRANT SELECT, INSERT ON warehouse_settings, etl_runs TO clickstream_etl;
-- A rebuild may change these settings, and no others.
GRANT UPDATE (session_gap_s, reporting_zone, own_hosts, session_version, mart_version, rules_hash)
  ON warehouse_settings
  TO clickstream_etl;
GRANT SELECT ON schema_version TO clickstream_etl;

GRANT SELECT
  ON schema_version, clickstream_events, clickstream_pages, clickstream_referrers,
     clickstream_agents, clickstream_elements, event_details, clickstream_sessions,
     duplicate_records, rejected_records, erased_records, traffic_hourly, warehouse_settings,
     etl_runs, etl_hours, etl_quarantine, etl_erasures, etl_returning_records, etl_closings,
     closed_sessions
  TO clickstream_reader;

-- PostgreSQL lets everyone create temporary tables, take advisory locks, and write large objects
-- and messages to the write-ahead log. Only the database's owner can revoke the first, and only a
-- superuser the others. Where neither migrates, infra/host/warehouse/restrict.sql does it.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  IF (
    SELECT pg_has_role(current_user, datdba, 'USAGE')
    FROM pg_database WHERE datname = current_database())
  THEN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  END IF;
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    FOR function IN
      SELECT oid FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::REGNAMESPACE
        AND proname ~
          '^(pg_(try_)?advisory_|lo_|loread$|lowrite$|pg_logical_emit_message$)'
    LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
    END LOOP;
    -- The loader marks its staging tables by advisory locks; migrations take one.
    FOR function IN
      SELECT oid FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::REGNAMESPACE AND proname ~ '^pg_(try_)?advisory_'
    LOOP
      EXECUTE format(
        'GRANT EXECUTE ON FUNCTION %s TO clickstream_etl, clickstream_owner', function);
    END LOOP;
  END IF;
END
$$;
