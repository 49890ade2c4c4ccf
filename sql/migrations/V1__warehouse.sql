-- The warehouse of the Clickstream Analytics Platform, version 1.
--
-- Run by `./clickstream migrate`, or by hand: psql -v ON_ERROR_STOP=1 --single-transaction -f <this file>
-- Needs PostgreSQL 15 or newer with UTF-8 encoding, and a role that may create roles (or the three roles below).
--
-- Text is COLLATE "C" throughout: order is by UTF-8 bytes and the same on every host.

DO $$
DECLARE
  role RECORD;
BEGIN
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION 'the warehouse needs PostgreSQL 15 or newer, this is %', current_setting('server_version');
  END IF;
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'the warehouse needs a database with UTF8 encoding, this one has %', current_setting('server_encoding');
  END IF;
  -- Roles belong to the whole server: another warehouse on it may have made them already.
  FOR role IN
    SELECT * FROM (VALUES
      ('clickstream_owner', 'Owns the warehouse tables; migrations act for it'),
      ('clickstream_etl', 'Loads: reads and writes rows, makes tables only in clickstream_staging'),
      ('clickstream_reader', 'Dashboards and analysts: reads only')) AS wanted (name, purpose)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
  LOOP
    EXECUTE format('CREATE ROLE %I NOLOGIN', role.name);
    EXECUTE format('COMMENT ON ROLE %I IS %L', role.name, role.purpose);
  END LOOP;
  -- To hand the tables over, the migrating role must be a member of their owner.
  IF NOT pg_has_role(current_user, 'clickstream_owner', 'USAGE') THEN
    EXECUTE format('GRANT clickstream_owner TO %I', current_user);
  END IF;
END
$$;

GRANT USAGE, CREATE ON SCHEMA public TO clickstream_owner;

DO $$
BEGIN
  -- The owner makes schemas: the one for staging below, and the one that a reload fills beside the old.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO clickstream_owner', current_database());
END
$$;

CREATE TABLE schema_version (
  version     INTEGER PRIMARY KEY,
  description TEXT COLLATE "C" NOT NULL
);

COMMENT ON TABLE schema_version IS 'Migrations applied, by whichever tool; the job refuses a version it does not know.';
COMMENT ON COLUMN schema_version.version IS 'Number of the migration';
COMMENT ON COLUMN schema_version.description IS 'What it brought';

INSERT INTO schema_version VALUES (1, 'events, sessions, traffic by hour, ledger');

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
  visitor_id                     TEXT COLLATE "C" NOT NULL,
  session_key                    UUID NOT NULL,
  raw_object_key                 TEXT COLLATE "C" NOT NULL,
  page_url                       TEXT COLLATE "C",
  page_path                      TEXT COLLATE "C",
  page_title                     TEXT COLLATE "C",
  referrer                       TEXT COLLATE "C",
  referrer_host                  TEXT COLLATE "C",
  user_agent                     TEXT COLLATE "C",
  is_bot                         BOOLEAN NOT NULL,
  device_category                TEXT COLLATE "C",
  utm_source                     TEXT COLLATE "C",
  utm_medium                     TEXT COLLATE "C",
  utm_campaign                   TEXT COLLATE "C",
  utm_term                       TEXT COLLATE "C",
  utm_content                    TEXT COLLATE "C",
  click_id                       TEXT COLLATE "C",
  click_id_type                  TEXT COLLATE "C",
  element                        JSONB,
  order_id                       TEXT COLLATE "C",
  order_value_minor              BIGINT,
  currency                       TEXT COLLATE "C",
  order_items                    JSONB,
  properties                     JSONB
);

COMMENT ON TABLE clickstream_events IS
  'One row per event: of several records with one event id the one with the smallest (event_timestamp, raw_object_key). The first sixteen columns are the published contract.';
COMMENT ON COLUMN clickstream_events.event_id IS 'Id of the event: eventId of the payload, UUIDv5 of it when it is no UUID, UUIDv5 of the record key when absent';
COMMENT ON COLUMN clickstream_events.event_timestamp IS 'When the platform received the event (microseconds); falls back to the payload''s own time, then to the object''s last modification';
COMMENT ON COLUMN clickstream_events.event_name IS 'Name of the event; ''unknown'' when absent';
COMMENT ON COLUMN clickstream_events.user_id IS 'The shop''s user id, when logged in';
COMMENT ON COLUMN clickstream_events.user_login_state IS 'guest or logged_in as sent; ''anonymous'' is stored as ''guest''';
COMMENT ON COLUMN clickstream_events.identity_source IS 'Identity provider as sent';
COMMENT ON COLUMN clickstream_events.client_id IS 'Browser id given by the tracker';
COMMENT ON COLUMN clickstream_events.session_id IS 'The client''s own session id, one per browser tab; not the session of clickstream_sessions';
COMMENT ON COLUMN clickstream_events.is_first_visit IS 'The client''s own flag';
COMMENT ON COLUMN clickstream_events.context_product_id IS 'Product id';
COMMENT ON COLUMN clickstream_events.context_product_name IS 'Product name';
COMMENT ON COLUMN clickstream_events.context_product_category IS 'Product category';
COMMENT ON COLUMN clickstream_events.context_product_brand IS 'Product brand';
COMMENT ON COLUMN clickstream_events.context_product_url_path IS 'Path of the product page';
COMMENT ON COLUMN clickstream_events.context_product_price IS 'Price in minor units at the warehouse''s price scale, rounded half up';
COMMENT ON COLUMN clickstream_events.context_product_discount_price IS 'Discounted price in minor units at the warehouse''s price scale, rounded half up';
COMMENT ON COLUMN clickstream_events.occurred_at IS 'When the event happened: event_timestamp less the time it waited in the client''s queue; sessions and marts use it';
COMMENT ON COLUMN clickstream_events.visitor_id IS 'c:<client_id>, else u:<user_id>, else s:<session_id>, else e:<event_id>';
COMMENT ON COLUMN clickstream_events.session_key IS 'The session of clickstream_sessions that the event belongs to';
COMMENT ON COLUMN clickstream_events.raw_object_key IS 'Record the row came from: path below the raw root, #line for a line of a batch object';
COMMENT ON COLUMN clickstream_events.page_url IS 'URL of the page';
COMMENT ON COLUMN clickstream_events.page_path IS 'Path of page_url, without query and fragment';
COMMENT ON COLUMN clickstream_events.page_title IS 'Title of the page';
COMMENT ON COLUMN clickstream_events.referrer IS 'Referrer as sent';
COMMENT ON COLUMN clickstream_events.referrer_host IS 'Host of referrer, lower case, without www.';
COMMENT ON COLUMN clickstream_events.user_agent IS 'User agent of the request as the ingest Lambda saw it';
COMMENT ON COLUMN clickstream_events.is_bot IS 'The user agent is a known crawler';
COMMENT ON COLUMN clickstream_events.device_category IS 'desktop, mobile, tablet or bot, from the user agent; NULL without one';
COMMENT ON COLUMN clickstream_events.utm_source IS 'utm_source of the query of page_url';
COMMENT ON COLUMN clickstream_events.utm_medium IS 'utm_medium of the query of page_url';
COMMENT ON COLUMN clickstream_events.utm_campaign IS 'utm_campaign of the query of page_url';
COMMENT ON COLUMN clickstream_events.utm_term IS 'utm_term of the query of page_url';
COMMENT ON COLUMN clickstream_events.utm_content IS 'utm_content of the query of page_url';
COMMENT ON COLUMN clickstream_events.click_id IS 'First advertising click id in the query of page_url';
COMMENT ON COLUMN clickstream_events.click_id_type IS 'Name of the parameter that held click_id, such as gclid';
COMMENT ON COLUMN clickstream_events.element IS 'Element block of a click as sent';
COMMENT ON COLUMN clickstream_events.order_id IS 'Order id';
COMMENT ON COLUMN clickstream_events.order_value_minor IS 'Order value as sent, in minor units at the warehouse''s price scale';
COMMENT ON COLUMN clickstream_events.currency IS 'ISO 4217 code of the order, upper case';
COMMENT ON COLUMN clickstream_events.order_items IS 'Order lines: product_id, name, category, brand, quantity, price_minor, discount_price_minor';
COMMENT ON COLUMN clickstream_events.properties IS 'Whatever the payload held that no other column took';

-- Neighbours of a change are read by visitor and place.
CREATE INDEX clickstream_events_place ON clickstream_events (visitor_id, occurred_at, event_id);
-- Marts are refreshed by time.
CREATE INDEX clickstream_events_time ON clickstream_events (occurred_at);
-- A session that goes on needs its orders again, to tell a reloaded thank-you page.
CREATE INDEX clickstream_events_orders ON clickstream_events (visitor_id, occurred_at)
  WHERE event_name = 'checkout_complete';
-- All events of an order, whoever's.
CREATE INDEX clickstream_events_order ON clickstream_events (coalesce(order_id, event_id::TEXT))
  WHERE event_name = 'checkout_complete';

CREATE TABLE clickstream_sessions (
  session_key             UUID PRIMARY KEY,
  visitor_id              TEXT COLLATE "C" NOT NULL,
  client_id               TEXT COLLATE "C",
  user_id                 TEXT COLLATE "C",
  started_at              TIMESTAMPTZ NOT NULL,
  ended_at                TIMESTAMPTZ NOT NULL,
  first_event_id          UUID NOT NULL,
  last_event_id           UUID NOT NULL,
  duration_s              BIGINT NOT NULL,
  event_count             BIGINT NOT NULL,
  page_view_count         BIGINT NOT NULL,
  product_view_count      BIGINT NOT NULL,
  add_to_cart_count       BIGINT NOT NULL,
  remove_from_cart_count  BIGINT NOT NULL,
  checkout_start_count    BIGINT NOT NULL,
  checkout_complete_count BIGINT NOT NULL,
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
  order_count             BIGINT NOT NULL,
  revenue_minor           BIGINT,
  currency                TEXT COLLATE "C",
  source                  TEXT COLLATE "C" NOT NULL,
  medium                  TEXT COLLATE "C" NOT NULL,
  default_channel_group   TEXT COLLATE "C" NOT NULL
);

COMMENT ON TABLE clickstream_sessions IS
  'One row per session: events of one visitor with gaps of at most the session gap, cut at 00:00 and 12:00 UTC once it has run for six hours.';
COMMENT ON COLUMN clickstream_sessions.session_key IS 'UUIDv5 of visitor_id and first_event_id';
COMMENT ON COLUMN clickstream_sessions.visitor_id IS 'Visitor (browser) of the session';
COMMENT ON COLUMN clickstream_sessions.client_id IS 'First client_id of the session';
COMMENT ON COLUMN clickstream_sessions.user_id IS 'Last user_id of the session';
COMMENT ON COLUMN clickstream_sessions.started_at IS 'occurred_at of the first event';
COMMENT ON COLUMN clickstream_sessions.ended_at IS 'occurred_at of the last event';
COMMENT ON COLUMN clickstream_sessions.first_event_id IS 'First event by (occurred_at, event_id)';
COMMENT ON COLUMN clickstream_sessions.last_event_id IS 'Last event by (occurred_at, event_id)';
COMMENT ON COLUMN clickstream_sessions.duration_s IS 'ended_at - started_at in whole seconds, rounded down';
COMMENT ON COLUMN clickstream_sessions.event_count IS 'Events';
COMMENT ON COLUMN clickstream_sessions.page_view_count IS 'Events page_view, home_view, category_view and product_view';
COMMENT ON COLUMN clickstream_sessions.product_view_count IS 'Events product_view';
COMMENT ON COLUMN clickstream_sessions.add_to_cart_count IS 'Events add_to_cart_click';
COMMENT ON COLUMN clickstream_sessions.remove_from_cart_count IS 'Events remove_from_cart_click';
COMMENT ON COLUMN clickstream_sessions.checkout_start_count IS 'Events checkout_start';
COMMENT ON COLUMN clickstream_sessions.checkout_complete_count IS 'Events checkout_complete, reloads included';
COMMENT ON COLUMN clickstream_sessions.landing_page_url IS 'First page_url';
COMMENT ON COLUMN clickstream_sessions.exit_page_url IS 'Last page_url';
COMMENT ON COLUMN clickstream_sessions.referrer IS 'First referrer';
COMMENT ON COLUMN clickstream_sessions.is_first_visit IS 'First is_first_visit that is not null: the client''s flag';
COMMENT ON COLUMN clickstream_sessions.is_engaged IS 'Longer than 10 s, or two page views, or a conversion';
COMMENT ON COLUMN clickstream_sessions.is_bounce IS 'Not engaged';
COMMENT ON COLUMN clickstream_sessions.is_converted IS 'Has a checkout_complete';
COMMENT ON COLUMN clickstream_sessions.is_bot IS 'Any of its events is a bot''s';
COMMENT ON COLUMN clickstream_sessions.session_date IS 'Reporting day of started_at, in the warehouse''s reporting zone';
COMMENT ON COLUMN clickstream_sessions.landing_page_path IS 'First page_path';
COMMENT ON COLUMN clickstream_sessions.exit_page_path IS 'Last page_path';
COMMENT ON COLUMN clickstream_sessions.first_event_name IS 'Name of the first event';
COMMENT ON COLUMN clickstream_sessions.last_event_name IS 'Name of the last event';
COMMENT ON COLUMN clickstream_sessions.referrer_host IS 'Host of referrer, lower case, without www.; NULL when it is one of the shop''s own hosts';
COMMENT ON COLUMN clickstream_sessions.utm_source IS 'First utm_source';
COMMENT ON COLUMN clickstream_sessions.utm_medium IS 'First utm_medium';
COMMENT ON COLUMN clickstream_sessions.utm_campaign IS 'First utm_campaign';
COMMENT ON COLUMN clickstream_sessions.utm_term IS 'First utm_term';
COMMENT ON COLUMN clickstream_sessions.utm_content IS 'First utm_content';
COMMENT ON COLUMN clickstream_sessions.click_id IS 'First click_id';
COMMENT ON COLUMN clickstream_sessions.click_id_type IS 'Type of the first click_id';
COMMENT ON COLUMN clickstream_sessions.device_category IS 'First device_category';
COMMENT ON COLUMN clickstream_sessions.order_count IS 'Distinct orders among its checkout_complete events';
COMMENT ON COLUMN clickstream_sessions.revenue_minor IS 'Sum of the values of its distinct orders, in minor units; NULL without a known value or with several currencies';
COMMENT ON COLUMN clickstream_sessions.currency IS 'Currency of revenue_minor; NULL when unknown or when its orders have several';
COMMENT ON COLUMN clickstream_sessions.source IS 'utm_source, else that of the click id, else the referrer''s host, else (direct)';
COMMENT ON COLUMN clickstream_sessions.medium IS 'utm_medium, else that of the click id, else organic or referral, else (none)';
COMMENT ON COLUMN clickstream_sessions.default_channel_group IS 'GA4''s default channel group, from UTM parameters, click id and referrer, by channel_rules';

-- A change opens its region at the last session start before it.
CREATE UNIQUE INDEX clickstream_sessions_place ON clickstream_sessions (visitor_id, started_at, first_event_id);
CREATE INDEX clickstream_sessions_time ON clickstream_sessions (started_at);
CREATE INDEX clickstream_sessions_date ON clickstream_sessions (session_date);

CREATE TABLE duplicate_records (
  object_key TEXT COLLATE "C" PRIMARY KEY,
  event_id   UUID NOT NULL
);

COMMENT ON TABLE duplicate_records IS
  'One row per record that lost against another record of the same event id.';
COMMENT ON COLUMN duplicate_records.object_key IS 'Record: path below the raw root, #line for a line of a batch object';
COMMENT ON COLUMN duplicate_records.event_id IS 'The event that another record stands for in clickstream_events';

CREATE TABLE rejected_records (
  object_key TEXT COLLATE "C" PRIMARY KEY,
  reason     TEXT COLLATE "C" NOT NULL,
  detail     TEXT COLLATE "C" NOT NULL,
  body       BYTEA NOT NULL
);

COMMENT ON TABLE rejected_records IS
  'One row per record that is no non-empty JSON object.';
COMMENT ON COLUMN rejected_records.object_key IS 'Record: path below the raw root, #line for a line of a batch object';
COMMENT ON COLUMN rejected_records.reason IS 'Reason code: empty, invalid_utf8, invalid_json, trailing_content, not_an_object, empty_object, too_deep, too_large';
COMMENT ON COLUMN rejected_records.detail IS 'What was wrong, and where';
COMMENT ON COLUMN rejected_records.body IS 'First 64 KiB of the record';

CREATE TABLE warehouse_settings (
  only_row         BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
  session_gap_s    INTEGER NOT NULL,
  price_scale      SMALLINT NOT NULL,
  reporting_zone   TEXT COLLATE "C" NOT NULL,
  own_hosts        TEXT[] COLLATE "C" NOT NULL,
  parse_version    INTEGER NOT NULL,
  session_version  INTEGER NOT NULL,
  bot_list_version TEXT COLLATE "C" NOT NULL,
  mart_version     INTEGER NOT NULL,
  rules_hash       TEXT COLLATE "C" NOT NULL
);

COMMENT ON TABLE warehouse_settings IS
  'One row: whatever changes rows besides the raw objects. Set by the first load; a run with other settings is refused.';
COMMENT ON COLUMN warehouse_settings.only_row IS 'Always true: the table has at most one row';
COMMENT ON COLUMN warehouse_settings.session_gap_s IS 'Greatest gap inside a session, in seconds';
COMMENT ON COLUMN warehouse_settings.price_scale IS 'Decimal places kept in minor units';
COMMENT ON COLUMN warehouse_settings.reporting_zone IS 'Time zone of reporting days';
COMMENT ON COLUMN warehouse_settings.own_hosts IS 'Hosts of the shop itself, which are no referrers; sorted';
COMMENT ON COLUMN warehouse_settings.parse_version IS 'Version of the rules from record to event';
COMMENT ON COLUMN warehouse_settings.session_version IS 'Version of the rules from events to sessions';
COMMENT ON COLUMN warehouse_settings.bot_list_version IS 'Library and version of the crawler list';
COMMENT ON COLUMN warehouse_settings.mart_version IS 'Version of the rules from events and sessions to marts';
COMMENT ON COLUMN warehouse_settings.rules_hash IS 'SHA-256 of the rule tables channel_sources, click_id_sources, channel_rules and funnel_steps, by rules_hash()';

-- Mart. Grain: an hour of the reporting zone with at least one event.
-- Window: its own hour; touched by every event and every session start that is added, removed or rewritten in it.
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
  'Mart: traffic by hour of the reporting zone. Bots are counted apart.';
COMMENT ON COLUMN traffic_hourly.hour IS 'Start of the hour';
COMMENT ON COLUMN traffic_hourly.day IS 'Reporting day of the hour';
COMMENT ON COLUMN traffic_hourly.events IS 'Events that occurred in the hour, without those of bots';
COMMENT ON COLUMN traffic_hourly.page_views IS 'Page view events among them';
COMMENT ON COLUMN traffic_hourly.visitors IS 'Distinct visitors of these events; hours don''t add up, since a visitor may be in several';
COMMENT ON COLUMN traffic_hourly.sessions IS 'Sessions that started in the hour, without those of bots';
COMMENT ON COLUMN traffic_hourly.engaged_sessions IS 'Engaged ones among them';
COMMENT ON COLUMN traffic_hourly.converted_sessions IS 'Converted ones among them';
COMMENT ON COLUMN traffic_hourly.bot_events IS 'Events of bots that occurred in the hour';
COMMENT ON COLUMN traffic_hourly.bot_sessions IS 'Sessions of bots that started in the hour';

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
  PRIMARY KEY (run_id, slice)
);

COMMENT ON TABLE etl_runs IS
  'Ledger: one row per committed slice of a run. Records listed = already loaded + inserted + duplicates + rejected + vanished + unreadable.';
COMMENT ON COLUMN etl_runs.run_id IS 'The run';
COMMENT ON COLUMN etl_runs.slice IS 'Number of the slice in the run, from 1';
COMMENT ON COLUMN etl_runs.mode IS 'hour, date, range, since-last-run, rebuild or reload';
COMMENT ON COLUMN etl_runs.window_from IS 'First hour of the slice';
COMMENT ON COLUMN etl_runs.window_to IS 'End of the slice, exclusive';
COMMENT ON COLUMN etl_runs.started_at IS 'Start of the slice';
COMMENT ON COLUMN etl_runs.finished_at IS 'Just before the slice''s commit';
COMMENT ON COLUMN etl_runs.objects_listed IS 'Raw objects found in the window';
COMMENT ON COLUMN etl_runs.objects_ignored IS 'Objects of other names, left alone';
COMMENT ON COLUMN etl_runs.records_listed IS 'Records of the listed objects';
COMMENT ON COLUMN etl_runs.already_loaded IS 'Records that an earlier slice has loaded';
COMMENT ON COLUMN etl_runs.records_read IS 'Records read in this slice';
COMMENT ON COLUMN etl_runs.inserted IS 'Records that now stand in clickstream_events';
COMMENT ON COLUMN etl_runs.duplicates IS 'Records that now stand in duplicate_records';
COMMENT ON COLUMN etl_runs.rejected IS 'Records that now stand in rejected_records';
COMMENT ON COLUMN etl_runs.vanished IS 'Objects gone between listing and reading';
COMMENT ON COLUMN etl_runs.unreadable IS 'Objects that could not be read and were skipped as asked';
COMMENT ON COLUMN etl_runs.replaced IS 'Stored events that were replaced by an earlier duplicate';
COMMENT ON COLUMN etl_runs.conflicting_duplicates IS 'Duplicates with another visitor or event name than the winner';
COMMENT ON COLUMN etl_runs.coerced_fields IS 'Values that could not be used and became NULL, counted by field';
COMMENT ON COLUMN etl_runs.sessions_written IS 'Sessions inserted or replaced';
COMMENT ON COLUMN etl_runs.context_rows_read IS 'Stored events read again to sessionize';
COMMENT ON COLUMN etl_runs.stage_seconds IS 'Seconds by stage';
COMMENT ON COLUMN etl_runs.lock_held_s IS 'Seconds for which the warehouse lock was held, up to the commit';
COMMENT ON COLUMN etl_runs.settings IS 'Settings of the run';
COMMENT ON COLUMN etl_runs.version IS 'Version of the job';

CREATE TABLE etl_hours (
  hour           TIMESTAMPTZ PRIMARY KEY,
  complete       BOOLEAN NOT NULL,
  last_listed_at TIMESTAMPTZ NOT NULL,
  records_loaded BIGINT NOT NULL,
  loaded_keys    BYTEA NOT NULL,
  batch_records  INTEGER[] NOT NULL
);

COMMENT ON TABLE etl_hours IS
  'Ledger: what of each hour prefix has been loaded.';
COMMENT ON COLUMN etl_hours.hour IS 'UTC hour of the key prefix';
COMMENT ON COLUMN etl_hours.complete IS 'Every object listed at the last visit is accounted for';
COMMENT ON COLUMN etl_hours.last_listed_at IS 'When the latest listing of it began that found something new; complete is told by that one only';
COMMENT ON COLUMN etl_hours.records_loaded IS 'Records of the loaded objects';
COMMENT ON COLUMN etl_hours.loaded_keys IS 'Loaded objects, 17 bytes each, in key order: kind (e or b) and UUID';
COMMENT ON COLUMN etl_hours.batch_records IS 'Records of each loaded batch object, in the order of loaded_keys';

-- The only place where a job makes tables: its own, while it runs.
CREATE SCHEMA clickstream_staging;
ALTER SCHEMA clickstream_staging OWNER TO clickstream_owner;
COMMENT ON SCHEMA clickstream_staging IS 'Unlogged tables of running jobs; named by run id and dropped by the run';

ALTER TABLE schema_version OWNER TO clickstream_owner;
ALTER TABLE clickstream_events OWNER TO clickstream_owner;
ALTER TABLE clickstream_sessions OWNER TO clickstream_owner;
ALTER TABLE duplicate_records OWNER TO clickstream_owner;
ALTER TABLE rejected_records OWNER TO clickstream_owner;
ALTER TABLE warehouse_settings OWNER TO clickstream_owner;
ALTER TABLE traffic_hourly OWNER TO clickstream_owner;
ALTER TABLE etl_runs OWNER TO clickstream_owner;
ALTER TABLE etl_hours OWNER TO clickstream_owner;

GRANT USAGE ON SCHEMA public TO clickstream_etl, clickstream_reader;
GRANT USAGE, CREATE ON SCHEMA clickstream_staging TO clickstream_etl;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON clickstream_events, clickstream_sessions, duplicate_records, rejected_records, traffic_hourly, etl_hours
  TO clickstream_etl;
GRANT SELECT, INSERT ON warehouse_settings, etl_runs TO clickstream_etl;
-- What a rebuild may change.
GRANT UPDATE (session_gap_s, reporting_zone, own_hosts, session_version, mart_version, rules_hash) ON warehouse_settings TO clickstream_etl;
GRANT SELECT ON schema_version TO clickstream_etl;

GRANT SELECT
  ON schema_version, clickstream_events, clickstream_sessions, duplicate_records, rejected_records,
     traffic_hourly, warehouse_settings, etl_runs, etl_hours
  TO clickstream_reader;
