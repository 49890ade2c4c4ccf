-- Keeps each mart equal to its definition. The job calls refresh_marts in the transaction of each
-- load, and rebuild_marts in that of a rebuild. Functions only.
-- JIT is off: PostgreSQL overestimates the cost of unnested arrays, and compiling takes longer than
-- it saves.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION refresh_mart(
  mart TEXT, key_column TEXT, keys ANYARRAY, source TEXT, day_columns TEXT[], OUT days DATE[])
LANGUAGE plpgsql AS
$$
DECLARE
  columns TEXT;
  assignments TEXT;
  key_columns TEXT[];
  keys_are_new BOOLEAN;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
    string_agg(format('%1$I = EXCLUDED.%1$I', attname), ', ' ORDER BY attnum)
  INTO columns, assignments
  FROM pg_attribute WHERE attrelid = mart::REGCLASS AND attnum > 0 AND NOT attisdropped;
  SELECT array_agg(quote_ident(attribute.attname) ORDER BY attribute.attnum)
  INTO key_columns
  FROM pg_index unique_index JOIN pg_attribute attribute
    ON attribute.attrelid = unique_index.indrelid
    AND attribute.attnum = ANY (unique_index.indkey::SMALLINT[])
  WHERE unique_index.indrelid = mart::REGCLASS AND unique_index.indisprimary;
  -- Most keys are new: no stored rows to compare with.
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I WHERE %I = ANY ($1))', mart, key_column)
  INTO keys_are_new USING keys;
  IF keys_are_new THEN
    EXECUTE format(
      $sql$
        WITH added AS (INSERT INTO %I (%s) %s RETURNING ARRAY[%s]::DATE[] AS days)
        SELECT array_agg(DISTINCT day)
        FROM (SELECT DISTINCT days FROM added) AS distinct_days, unnest(distinct_days.days) AS day
      $sql$,
      mart, columns, source, array_to_string(day_columns, ', '))
    INTO days USING keys;
  ELSE
    -- A row that is equal to the byte is not written, and its day is not refreshed.
    -- A full join hashes or merges, whatever number of rows the planner estimates.
    EXECUTE format(
      $sql$
        WITH fresh AS MATERIALIZED (%4$s),
        differing AS MATERIALIZED (
          SELECT old.place AS old_place, ARRAY[%8$s]::DATE[] AS touched_days, fresh.*
          FROM (
            SELECT mart.ctid AS place, mart AS stored
            FROM %1$I mart WHERE mart.%2$I = ANY ($1)) old
          FULL JOIN fresh ON %5$s
          WHERE old.place IS NULL OR fresh.%2$I IS NULL OR old.stored *<> fresh.*),
        removed AS (
          DELETE FROM %1$I mart
          WHERE mart.ctid = ANY (ARRAY(
            SELECT old_place FROM differing WHERE old_place IS NOT NULL AND %2$I IS NULL))),
        added AS (
          INSERT INTO %1$I (%6$s) SELECT %6$s FROM differing WHERE %2$I IS NOT NULL
          ON CONFLICT (%3$s) DO UPDATE SET %7$s)
        SELECT array_agg(DISTINCT touched.touched_day)
        FROM differing, unnest(differing.touched_days) AS touched (touched_day)
      $sql$,
      mart, key_column, array_to_string(key_columns, ', '), source,
      (SELECT string_agg(format('(old.stored).%1$s = fresh.%1$s', name), ' AND ')
       FROM unnest(key_columns) AS name),
      columns, assignments,
      (SELECT string_agg(format('(old.stored).%1$I, fresh.%1$I', name), ', ')
       FROM unnest(day_columns) AS name))
    INTO days USING keys;
  END IF;
  days := coalesce(array_remove(days, NULL), '{}');
END
$$;

COMMENT ON FUNCTION refresh_mart IS
  'Replaces the rows of a mart that have the given keys by those that a query of $1, the keys,'
  ' returns. Only rows that differ are written. Returns the days, in the named columns, of the'
  ' rows that changed, before and after.';

CREATE OR REPLACE FUNCTION refresh_hours(hours TIMESTAMPTZ[], OUT days DATE[]) LANGUAGE plpgsql AS
$$
BEGIN
  days := refresh_mart(
    'traffic_hourly', 'hour', hours, 'SELECT * FROM traffic_hourly_of($1)', '{day}');
  PERFORM refresh_mart(
    'event_hourly', 'hour', hours, 'SELECT * FROM event_hourly_of($1)', '{}');
  PERFORM refresh_mart(
    'quality_hourly', 'hour', hours, 'SELECT * FROM quality_hourly_of($1)', '{}');
  PERFORM refresh_mart(
    'property_hourly', 'hour', hours, 'SELECT * FROM property_hourly_of($1)', '{}');
END
$$;

COMMENT ON FUNCTION refresh_hours IS
  'Refreshes the marts of the given hours. Returns the days of the rows that changed.';

CREATE OR REPLACE FUNCTION refresh_visits(sessions UUID[], visitors TEXT[], OUT days DATE[])
LANGUAGE plpgsql AS
$$
DECLARE
  mart TEXT;
BEGIN
  days := refresh_mart('session_acquisition', 'visitor_id', visitors,
    'SELECT * FROM mart_definitions.session_acquisition WHERE visitor_id = ANY ($1)',
    '{session_date}');
  FOREACH mart IN ARRAY ARRAY[
    'session_products', 'session_steps', 'session_paths', 'session_pages']
  LOOP
    days := days || refresh_mart(mart, 'session_key', sessions,
      format('SELECT * FROM mart_definitions.%I WHERE session_key = ANY ($1)', mart),
      '{session_date}');
  END LOOP;
  days := days || refresh_mart('session_funnels', 'session_key', sessions,
    'SELECT * FROM mart_definitions.session_funnels WHERE session_key = ANY ($1)',
    '{session_date,entered_day}');
  PERFORM refresh_mart('visitor_funnels', 'visitor_id', visitors,
    'SELECT * FROM mart_definitions.visitor_funnels WHERE visitor_id = ANY ($1)', '{}');
  PERFORM refresh_mart('visitor_weeks', 'visitor_id', visitors,
    'SELECT * FROM mart_definitions.visitor_weeks WHERE visitor_id = ANY ($1)', '{}');
END
$$;

COMMENT ON FUNCTION refresh_visits IS
  'Refreshes the marts of the given sessions and visitors. Returns the days of the rows that'
  ' changed.';

CREATE OR REPLACE FUNCTION refresh_orders(orders TEXT[], OUT days DATE[]) LANGUAGE plpgsql AS
$$
BEGIN
  days := refresh_mart('clickstream_orders', 'order_id', orders,
    'SELECT * FROM mart_definitions.clickstream_orders WHERE order_id = ANY ($1)', '{order_date}')
    || refresh_mart('clickstream_order_lines', 'order_id', orders,
      'SELECT * FROM mart_definitions.clickstream_order_lines WHERE order_id = ANY ($1)',
      '{order_date}');
END
$$;

COMMENT ON FUNCTION refresh_orders IS
  'Refreshes the given orders and their lines. Returns the days of the rows that changed.';

CREATE OR REPLACE FUNCTION refresh_touches(orders TEXT[]) RETURNS VOID LANGUAGE plpgsql AS
$$
BEGIN
  PERFORM refresh_mart('order_touches', 'order_id', orders,
    'SELECT * FROM mart_definitions.order_touches WHERE order_id = ANY ($1)', '{}');
END
$$;

COMMENT ON FUNCTION refresh_touches IS 'Refreshes the touches of the given orders.';

CREATE OR REPLACE FUNCTION refresh_days(days DATE[]) RETURNS VOID LANGUAGE plpgsql AS
$$
DECLARE
  mart TEXT;
BEGIN
  FOREACH mart IN ARRAY ARRAY[
    'traffic_daily', 'revenue_daily', 'engagement_daily', 'session_funnel_daily',
    'transition_daily', 'path_daily', 'page_daily', 'acquisition_daily']
  LOOP
    PERFORM refresh_mart(
      mart, 'day', days,
      format('SELECT * FROM mart_definitions.%I WHERE day = ANY ($1)', mart), '{}');
  END LOOP;
END
$$;

COMMENT ON FUNCTION refresh_days IS
  'Refreshes the marts of the given days. Call it after those that they are computed from.';

CREATE OR REPLACE FUNCTION refresh_marts(
  hours TIMESTAMPTZ[], session_days DATE[], sessions UUID[], visitors TEXT[], orders TEXT[])
RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  days DATE[] := session_days || refresh_hours(hours) || refresh_visits(sessions, visitors);
  buyers TEXT[] := ARRAY(
    SELECT placed.visitor_id FROM clickstream_orders placed WHERE placed.order_id = ANY (orders));
BEGIN
  days := days || refresh_orders(orders);
  -- An order may now belong to another visitor.
  buyers := buyers || visitors
    || ARRAY(
      SELECT placed.visitor_id FROM clickstream_orders placed WHERE placed.order_id = ANY (orders));
  PERFORM refresh_touches(
    orders
      || ARRAY(
        SELECT placed.order_id FROM clickstream_orders placed
        WHERE placed.visitor_id = ANY (buyers)));
  PERFORM refresh_days(ARRAY(SELECT DISTINCT day FROM unnest(days) AS touched (day)));
END
$$;

COMMENT ON FUNCTION refresh_marts IS
  'Refreshes every mart after a change of events and sessions. Each argument lists old and new'
  ' values. hours: of each event and session start that was added, removed or moved.'
  ' session_days, sessions, visitors: of each session that was added, removed or changed. orders:'
  ' of each checkout_complete event in the ranges that were recomputed.';

CREATE OR REPLACE FUNCTION rebuild_marts() RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  mart TEXT;
  batch RECORD;
BEGIN
  FOR mart IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'mart_definitions'::REGNAMESPACE AND relkind = 'v'
  LOOP
    EXECUTE format('DELETE FROM %I', mart);
  END LOOP;
  FOR batch IN
    SELECT array_agg(hour) AS keys
    FROM (
      SELECT hour, number / 1000 AS batch
      FROM unnest(all_hours()) WITH ORDINALITY AS present (hour, number)) numbered
    GROUP BY numbered.batch
  LOOP
    PERFORM refresh_hours(batch.keys);
  END LOOP;
  FOR batch IN
    SELECT array_agg(visitor_id) AS keys
    FROM (
      SELECT visitor_id, row_number() OVER (ORDER BY visitor_id) / 20000 AS batch
      FROM (SELECT DISTINCT visitor_id FROM clickstream_sessions WHERE NOT is_bot) present) numbered
    GROUP BY numbered.batch
  LOOP
    PERFORM refresh_visits(
      ARRAY(SELECT session_key FROM clickstream_sessions WHERE visitor_id = ANY (batch.keys)),
      batch.keys);
  END LOOP;
  FOR batch IN
    SELECT array_agg(order_id) AS keys
    FROM (
      SELECT order_id, row_number() OVER (ORDER BY order_id) / 20000 AS batch
      FROM (
        SELECT DISTINCT coalesce(order_id, event_id::TEXT) AS order_id
        FROM clickstream_events WHERE canonical_name = 'checkout_complete') present) numbered
    GROUP BY numbered.batch
  LOOP
    PERFORM refresh_orders(batch.keys);
    PERFORM refresh_touches(batch.keys);
  END LOOP;
  FOR batch IN
    SELECT array_agg(day) AS keys
    FROM (
      SELECT day, row_number() OVER (ORDER BY day) / 100 AS batch
      FROM (
        SELECT day FROM traffic_hourly
        UNION SELECT session_date FROM clickstream_sessions
        UNION SELECT order_date FROM clickstream_orders
        UNION SELECT entered_day FROM session_funnels WHERE entered_day IS NOT NULL
      ) present) numbered
    GROUP BY numbered.batch
  LOOP
    PERFORM refresh_days(batch.keys);
  END LOOP;
END
$$;

COMMENT ON FUNCTION rebuild_marts IS 'Computes every mart from the events and sessions.';

GRANT SELECT ON ALL TABLES IN SCHEMA mart_definitions TO clickstream_etl, clickstream_reader;

CREATE OR REPLACE FUNCTION mart_differences()
RETURNS TABLE (mart TEXT, missing BIGINT, extra BIGINT)
LANGUAGE plpgsql STABLE SET jit = off AS
$$
BEGIN
  FOR mart IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'mart_definitions'::REGNAMESPACE AND relkind = 'v'
    ORDER BY relname
  LOOP
    EXECUTE format(
      $sql$
        SELECT
          (SELECT count(*) FROM (
            SELECT * FROM mart_definitions.%1$I EXCEPT ALL SELECT * FROM public.%1$I) AS lacked),
          (SELECT count(*) FROM (
            SELECT * FROM public.%1$I EXCEPT ALL SELECT * FROM mart_definitions.%1$I) AS surplus)
      $sql$, mart)
    INTO missing, extra;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION mart_differences IS
  'Compares each mart with its definition. Returns the number of rows that it lacks, and of rows'
  ' that it has too many. It reads everything: minutes in a large warehouse.';
