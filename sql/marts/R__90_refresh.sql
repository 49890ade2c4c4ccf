-- Keeps each mart equal to its definition. The job calls refresh_marts in the transaction of each
-- load, and rebuild_marts in that of a rebuild. Functions only.
-- JIT is off: PostgreSQL overestimates the cost of unnested arrays, and compiling takes longer than
-- it saves.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION refresh_mart(
  mart TEXT, key_column TEXT, keys ANYARRAY, source TEXT, day_columns TEXT[],
  day_column TEXT DEFAULT NULL, first_days DATE[] DEFAULT NULL, last_days DATE[] DEFAULT NULL,
  OUT days DATE[])
LANGUAGE plpgsql AS
$$
DECLARE
  columns TEXT;
  assignments TEXT;
  key_columns TEXT[];
  stored TEXT;
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
  stored := CASE
    WHEN day_column IS NULL THEN format('%I mart WHERE mart.%I = ANY ($1)', mart, key_column)
    ELSE format(
      $sql$
        unnest($1, $2, $3) AS wanted (key, first_day, last_day)
        JOIN %I mart ON mart.%I = wanted.key
          AND mart.%I BETWEEN wanted.first_day AND wanted.last_day
      $sql$,
      mart, key_column, day_column) END;
  -- Most keys are new: no stored rows to compare with.
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', stored)
  INTO keys_are_new USING keys, first_days, last_days;
  IF keys_are_new THEN
    EXECUTE format(
      $sql$
        -- In the order of the primary key, whose index then fills its pages.
        WITH added AS (
          INSERT INTO %I (%s) SELECT * FROM (%s) AS fresh ORDER BY %s
          RETURNING ARRAY[%s]::DATE[] AS days)
        SELECT array_agg(DISTINCT day)
        FROM (SELECT DISTINCT days FROM added) AS distinct_days, unnest(distinct_days.days) AS day
      $sql$,
      mart, columns, source, array_to_string(key_columns, ', '),
      array_to_string(day_columns, ', '))
    INTO days USING keys, first_days, last_days;
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
            FROM %9$s) old
          FULL JOIN fresh ON %5$s
          WHERE old.place IS NULL OR fresh.%2$I IS NULL OR old.stored *<> fresh.*),
        removed AS (
          DELETE FROM %1$I mart
          WHERE mart.ctid = ANY (ARRAY(
            SELECT old_place FROM differing WHERE old_place IS NOT NULL AND %2$I IS NULL))),
        added AS (
          INSERT INTO %1$I (%6$s) SELECT %6$s FROM differing WHERE %2$I IS NOT NULL ORDER BY %3$s
          ON CONFLICT (%3$s) DO UPDATE SET %7$s)
        SELECT array_agg(DISTINCT touched.touched_day)
        FROM differing, unnest(differing.touched_days) AS touched (touched_day)
      $sql$,
      mart, key_column, array_to_string(key_columns, ', '), source,
      (SELECT string_agg(format('(old.stored).%1$s = fresh.%1$s', name), ' AND ')
       FROM unnest(key_columns) AS name),
      columns, assignments,
      (SELECT string_agg(format('(old.stored).%1$I, fresh.%1$I', name), ', ')
       FROM unnest(day_columns) AS name),
      stored)
    INTO days USING keys, first_days, last_days;
  END IF;
  days := coalesce(array_remove(days, NULL), '{}');
END
$$;

COMMENT ON FUNCTION refresh_mart IS
  'Replaces the rows of a mart that have the given keys, and the days from first_days to last_days'
  ' if a day column is named, by those that a query of $1, $2 and $3 returns: the keys and days.'
  ' Only rows that differ are written. Returns the days, in the named columns, of the rows that'
  ' changed, before and after.';

CREATE OR REPLACE FUNCTION refresh_minutes(hours TIMESTAMPTZ[]) RETURNS VOID LANGUAGE plpgsql AS
$$
DECLARE
  latest TIMESTAMPTZ[] := latest_hours();
BEGIN
  PERFORM refresh_mart(
    'traffic_minutely', 'hour',
    ARRAY(
      SELECT touched.hour FROM unnest(hours) AS touched (hour) WHERE touched.hour = ANY (latest)
      UNION
      -- Hours that a later hour has pushed out, and those whose events are gone.
      SELECT stored.hour FROM traffic_minutely AS stored WHERE stored.hour <> ALL (latest)
      UNION
      -- Hours that come back, because the events of a later hour are gone.
      SELECT kept.hour FROM unnest(latest) AS kept (hour)
      WHERE NOT EXISTS (
        SELECT FROM traffic_minutely AS stored WHERE stored.hour = kept.hour)),
    $sql$
      SELECT * FROM traffic_minutely_of(ARRAY(
        SELECT kept.hour FROM unnest(latest_hours()) AS kept (hour) WHERE kept.hour = ANY ($1)))
    $sql$, '{}');
END
$$;

COMMENT ON FUNCTION refresh_minutes IS
  'Refreshes traffic_minutely after a change of the given hours. Call it after the refresh of'
  ' traffic_hourly, which tells the latest hours.';

CREATE OR REPLACE FUNCTION refresh_hours(hours TIMESTAMPTZ[], OUT days DATE[]) LANGUAGE plpgsql AS
$$
BEGIN
  -- Hours of the closed period are final.
  hours := ARRAY(
    SELECT touched.hour FROM unnest(hours) AS touched (hour) WHERE touched.hour >= closed_before());
  days := refresh_mart(
    'traffic_hourly', 'hour', hours, 'SELECT * FROM traffic_hourly_of($1)', '{day}');
  PERFORM refresh_minutes(hours);
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

CREATE OR REPLACE FUNCTION sessions_after(
  visitors TEXT[], first_at TIMESTAMPTZ[], last_at TIMESTAMPTZ[])
RETURNS TABLE (session_key UUID) LANGUAGE sql STABLE AS
$$
  SELECT later.session_key
  FROM unnest(visitors, first_at, last_at) AS changed (visitor_id, first_at, last_at)
  CROSS JOIN LATERAL (
    SELECT least((
        SELECT following.started_at
        FROM clickstream_sessions following
        WHERE following.visitor_id = changed.visitor_id AND following.started_at > changed.last_at
          AND NOT following.is_bot AND following.default_channel_group <> 'Direct'
        ORDER BY following.started_at
        LIMIT 1), greatest(next.started_at, changed.last_at + INTERVAL '2160 hours')) AS ends_at
    FROM (
      SELECT following.started_at
      FROM clickstream_sessions following
      WHERE following.visitor_id = changed.visitor_id AND following.started_at > changed.last_at
        AND NOT following.is_bot
      ORDER BY following.started_at
      LIMIT 1) next
    UNION ALL
    -- The sessions between the first and the last change.
    SELECT changed.last_at WHERE changed.first_at < changed.last_at) reach
  JOIN clickstream_sessions later
    ON later.visitor_id = changed.visitor_id AND later.started_at > changed.first_at
      AND later.started_at <= reach.ends_at
  WHERE NOT later.is_bot
$$;

COMMENT ON FUNCTION sessions_after IS
  'Returns the sessions whose row in session_acquisition a change of earlier sessions can alter:'
  ' those after the first change up to the next session that is not Direct, at most 90 days after'
  ' the last change, and the next session in any case.';

CREATE OR REPLACE FUNCTION orders_of_changed_visits(
  before session_acquisition[], sessions UUID[])
RETURNS SETOF TEXT LANGUAGE sql STABLE AS
$$
  SELECT placed.order_id
  FROM (
    SELECT coalesce(old.visitor_id, visit.visitor_id) AS visitor_id,
      min(least(old.started_at, visit.started_at)) AS first_at,
      max(greatest(old.started_at, visit.started_at)) AS last_at
    FROM unnest(before) AS old
    FULL JOIN (
      SELECT * FROM session_acquisition WHERE session_key = ANY (sessions)) AS visit
      USING (session_key)
    WHERE (old.visitor_id, old.started_at, old.channel, old.source, old.medium, old.campaign)
      IS DISTINCT FROM (
        visit.visitor_id, visit.started_at, visit.channel, visit.source, visit.medium,
        visit.campaign)
    GROUP BY 1) AS changed
  JOIN clickstream_orders AS placed
    ON placed.visitor_id = changed.visitor_id AND placed.ordered_at >= changed.first_at
      AND placed.ordered_at <= changed.last_at + INTERVAL '2160 hours'
  -- An order sees its visitor's last 50 sessions.
  WHERE NOT EXISTS (
    SELECT FROM clickstream_sessions AS later
    WHERE later.visitor_id = changed.visitor_id AND later.started_at > changed.last_at
      AND later.started_at <= placed.ordered_at AND NOT later.is_bot
    OFFSET 49)
$$;

COMMENT ON FUNCTION orders_of_changed_visits IS
  'Returns the orders whose touches may change, because a touch that they see was added, removed or'
  ' has another source. Arguments: rows of session_acquisition before a refresh of sessions, and'
  ' these sessions.';

CREATE OR REPLACE FUNCTION changed_neighbours(
  visitors TEXT[], first_days DATE[], last_days DATE[])
RETURNS TABLE (session_key UUID) LANGUAGE sql STABLE AS
$$
  SELECT DISTINCT near.session_key
  FROM unnest(visitors, first_days, last_days) AS changed (visitor_id, first_day, last_day)
  JOIN session_neighbourhood AS near
    ON near.visitor_id = changed.visitor_id
      -- For the index. No zone is two days off.
      AND near.started_at >= (changed.first_day - 17)::TIMESTAMP AT TIME ZONE 'UTC'
      AND near.started_at <= (changed.last_day + 18)::TIMESTAMP AT TIME ZONE 'UTC'
      AND near.session_date BETWEEN changed.first_day - 15 AND changed.last_day + 15
  JOIN session_funnels AS funnel ON funnel.session_key = near.session_key
  WHERE funnel.is_alone <> near.is_alone
$$;

COMMENT ON FUNCTION changed_neighbours IS
  'Returns the sessions within 15 days of a visitor''s changed sessions whose is_alone in'
  ' session_funnels is no longer true.';

CREATE OR REPLACE FUNCTION refresh_visits(
  sessions UUID[], visitors TEXT[], first_at TIMESTAMPTZ[], last_at TIMESTAMPTZ[],
  first_days DATE[], last_days DATE[], OUT days DATE[], OUT orders TEXT[])
LANGUAGE plpgsql AS
$$
DECLARE
  mart TEXT;
  before session_acquisition[] := ARRAY(
    SELECT visit FROM session_acquisition visit WHERE visit.session_key = ANY (sessions));
BEGIN
  days := refresh_mart('session_acquisition', 'session_key',
    sessions || ARRAY(
      SELECT after.session_key FROM sessions_after(visitors, first_at, last_at) after),
    'SELECT * FROM mart_definitions.session_acquisition WHERE session_key = ANY ($1)',
    '{session_date}');
  FOREACH mart IN ARRAY ARRAY['session_products', 'session_steps']
  LOOP
    days := days || refresh_mart(mart, 'session_key', sessions,
      format('SELECT * FROM mart_definitions.%I WHERE session_key = ANY ($1)', mart),
      '{session_date}');
  END LOOP;
  days := days || refresh_mart('session_funnels', 'session_key', sessions,
    'SELECT * FROM mart_definitions.session_funnels WHERE session_key = ANY ($1)',
    '{session_date,entered_day}');
  -- is_alone of their neighbours. Marts by day do not depend on it.
  PERFORM refresh_mart('session_funnels', 'session_key',
    ARRAY(SELECT near.session_key FROM changed_neighbours(visitors, first_days, last_days) near),
    'SELECT * FROM mart_definitions.session_funnels WHERE session_key = ANY ($1)', '{}');
  -- A funnel is dated by its step 1, at most 14 days before an event; a session ends at most a day
  -- after its own. A session within 15 days may not be alone any more, or be alone again.
  PERFORM refresh_mart('returning_funnels', 'visitor_id', visitors,
    'SELECT * FROM returning_funnels_of($1, $2, $3)', '{}', 'day',
    ARRAY(SELECT first_day - 16 FROM unnest(first_days) WITH ORDINALITY AS one (first_day, place)
      ORDER BY place),
    ARRAY(SELECT last_day + 16 FROM unnest(last_days) WITH ORDINALITY AS one (last_day, place)
      ORDER BY place));
  -- If the first session may have changed, so may the cohort of all weeks.
  PERFORM refresh_mart('visitor_weeks', 'visitor_id', visitors,
    'SELECT * FROM visitor_weeks_of($1, $2, $3)', '{}', 'week',
    ARRAY(SELECT greatest(date_trunc('week', first_day)::DATE, closed_week())
      FROM unnest(first_days) WITH ORDINALITY AS one (first_day, place) ORDER BY place),
    ARRAY(
      SELECT CASE
        WHEN EXISTS (
          SELECT FROM clickstream_sessions earlier
          WHERE earlier.visitor_id = one.visitor_id AND earlier.started_at < one.first_at
            AND NOT earlier.is_bot)
          THEN date_trunc('week', one.last_day)::DATE
        ELSE 'infinity' END
      FROM unnest(visitors, first_at, last_days) WITH ORDINALITY
        AS one (visitor_id, first_at, last_day, place)
      ORDER BY place));
  orders := ARRAY(SELECT orders_of_changed_visits(before, sessions));
END
$$;

COMMENT ON FUNCTION refresh_visits IS
  'Refreshes the marts of changed sessions and their visitors. Each visitor comes with the first'
  ' and last start and session_date of its changed sessions, old and new. Returns the days of the'
  ' rows that changed, and the orders whose touches may change.';

CREATE OR REPLACE FUNCTION open_orders(orders TEXT[]) RETURNS TEXT[] LANGUAGE sql STABLE AS
$$
  SELECT CASE
    WHEN closed_before() = '-infinity' THEN orders
    ELSE ARRAY(
      SELECT one.order_id FROM unnest(orders) AS one (order_id)
      WHERE NOT is_closed_order(one.order_id)) END
$$;

COMMENT ON FUNCTION open_orders IS 'Returns the given orders without those of the closed period.';

CREATE OR REPLACE FUNCTION refresh_orders(orders TEXT[], OUT days DATE[]) LANGUAGE plpgsql AS
$$
BEGIN
  orders := open_orders(orders);
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
  PERFORM refresh_mart('order_touches', 'order_id', open_orders(orders),
    'SELECT * FROM mart_definitions.order_touches WHERE order_id = ANY ($1)', '{}');
END
$$;

COMMENT ON FUNCTION refresh_touches IS 'Refreshes the touches of the given orders.';

CREATE OR REPLACE FUNCTION refresh_days(days DATE[]) RETURNS VOID LANGUAGE plpgsql AS
$$
DECLARE
  mart TEXT;
BEGIN
  -- Days of the closed period are final.
  days := ARRAY(
    SELECT touched.day FROM unnest(days) AS touched (day) WHERE touched.day >= closed_day());
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
  touched_hours REGCLASS, touched_sessions REGCLASS, touched_orders REGCLASS)
RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  batch_size CONSTANT INTEGER := 100000;
  hours TIMESTAMPTZ[];
  days DATE[];
  batches INTEGER;
  sessions UUID[];
  visited RECORD;
  refreshed RECORD;
  orders TEXT[];
BEGIN
  EXECUTE format('SELECT array_agg(hour) FROM %s', touched_hours) INTO hours;
  EXECUTE format(
    'SELECT array_agg(DISTINCT session_date), count(*) / $1 + 1 FROM %s', touched_sessions)
  INTO days, batches USING batch_size;
  days := days || refresh_hours(coalesce(hours, '{}'));
  -- Batches keep arrays small: PostgreSQL allows 1 GB. A visitor's sessions are in one batch.
  FOR batch IN 0 .. batches - 1 LOOP
    EXECUTE format(
      $sql$
        SELECT array_agg(DISTINCT session_key) FROM %s
        WHERE $1 = 1 OR (hashtext(visitor_id)::BIGINT & 2147483647) %% $1 = $2
      $sql$, touched_sessions)
    INTO sessions USING batches, batch;
    CONTINUE WHEN sessions IS NULL;
    EXECUTE format(
      $sql$
        SELECT array_agg(visitor_id) AS visitors, array_agg(first_at) AS first_at,
          array_agg(last_at) AS last_at, array_agg(first_day) AS first_days,
          array_agg(last_day) AS last_days
        FROM (
          SELECT visitor_id, min(started_at) AS first_at, max(started_at) AS last_at,
            min(session_date) AS first_day, max(session_date) AS last_day
          FROM %s
          WHERE $1 = 1 OR (hashtext(visitor_id)::BIGINT & 2147483647) %% $1 = $2
          GROUP BY visitor_id) visitor
      $sql$, touched_sessions)
    INTO visited USING batches, batch;
    SELECT * INTO refreshed
    FROM refresh_visits(
      sessions, visited.visitors, visited.first_at, visited.last_at, visited.first_days,
      visited.last_days);
    days := days || refreshed.days;
    PERFORM refresh_touches(refreshed.orders);
  END LOOP;
  FOR orders IN EXECUTE format(
    $sql$
      SELECT array_agg(order_id)
      FROM (SELECT order_id, row_number() OVER () / $1 AS batch FROM %s) numbered
      GROUP BY batch
    $sql$, touched_orders) USING batch_size
  LOOP
    days := days || refresh_orders(orders);
    PERFORM refresh_touches(orders);
  END LOOP;
  PERFORM refresh_days(ARRAY(SELECT DISTINCT day FROM unnest(days) AS touched (day)));
END
$$;

COMMENT ON FUNCTION refresh_marts IS
  'Refreshes every mart after a change of events and sessions. Each table lists old and new values.'
  ' touched_hours: of each event and session start that was added, removed or moved.'
  ' touched_sessions: each session that was added, removed or changed. touched_orders: of each'
  ' checkout_complete event in these sessions.';

CREATE OR REPLACE FUNCTION open_rows(mart TEXT) RETURNS TEXT LANGUAGE sql STABLE AS
$$
  SELECT CASE
    WHEN closed_before() = '-infinity' THEN 'TRUE'
    ELSE coalesce((
      SELECT format('%I >= %L', attribute.attname,
        CASE attribute.attname WHEN 'week' THEN closed_week() ELSE closed_day() END)
      FROM pg_attribute AS attribute
      WHERE attribute.attrelid = format('public.%I', mart)::REGCLASS
        AND attribute.attname IN ('day', 'week', 'order_date') AND NOT attribute.attisdropped),
      'TRUE') END
$$;

COMMENT ON FUNCTION open_rows IS
  'Returns the condition for the rows of a mart that are not final. Marts of sessions, and'
  ' traffic_minutely, have no final rows.';

CREATE OR REPLACE FUNCTION rebuild_marts() RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  mart TEXT;
  batch RECORD;
  visited RECORD;
BEGIN
  FOR mart IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'mart_definitions'::REGNAMESPACE AND relkind = 'v'
  LOOP
    EXECUTE format('DELETE FROM %I WHERE %s', mart, open_rows(mart));
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
      FROM (SELECT DISTINCT visitor_id FROM sessions_and_past WHERE NOT is_bot) present) numbered
    GROUP BY numbered.batch
  LOOP
    SELECT array_agg(visitor_id) AS visitors, array_agg(first_at) AS first_at,
      array_agg(last_at) AS last_at, array_agg(first_day) AS first_days,
      array_agg(last_day) AS last_days
    INTO visited
    FROM (
      SELECT visitor_id, min(started_at) AS first_at, max(started_at) AS last_at,
        min(session_date) AS first_day, max(session_date) AS last_day
      FROM sessions_and_past
      WHERE visitor_id = ANY (batch.keys)
      GROUP BY visitor_id) visitor;
    PERFORM refresh_visits(
      ARRAY(SELECT session_key FROM clickstream_sessions WHERE visitor_id = ANY (batch.keys)),
      visited.visitors, visited.first_at, visited.last_at, visited.first_days, visited.last_days);
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

COMMENT ON FUNCTION rebuild_marts IS
  'Computes every mart from the events and sessions. Final rows of the closed period stay.';

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
            SELECT * FROM mart_definitions.%1$I WHERE %2$s
            EXCEPT ALL SELECT * FROM public.%1$I WHERE %2$s) AS lacked),
          (SELECT count(*) FROM (
            SELECT * FROM public.%1$I WHERE %2$s
            EXCEPT ALL SELECT * FROM mart_definitions.%1$I WHERE %2$s) AS surplus)
      $sql$, mart, open_rows(mart))
    INTO missing, extra;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION mart_differences IS
  'Compares each mart with its definition, without final rows of the closed period. Returns the'
  ' number of rows that it lacks, and of rows that it has too many. It reads everything: minutes in'
  ' a large warehouse.';
