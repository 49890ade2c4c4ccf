-- Keeps each mart equal to its definition. The job calls refresh_marts in the transaction of each
-- load, and rebuild_marts in that of a rebuild. Functions only.
-- JIT is off: PostgreSQL overestimates the cost of unnested arrays, and compiling takes longer than
-- it saves.
-- session_date + 0 hides a column: a bitmap of the index on it would read whole days per visitor.

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

CREATE OR REPLACE FUNCTION refresh_hours(
  event_hours TIMESTAMPTZ[], start_hours TIMESTAMPTZ[], OUT days DATE[])
LANGUAGE plpgsql AS
$$
BEGIN
  -- Hours of the closed period are final.
  event_hours := ARRAY(
    SELECT touched.hour FROM unnest(event_hours) AS touched (hour)
    WHERE touched.hour >= closed_before());
  start_hours := ARRAY(
    SELECT touched.hour FROM unnest(start_hours) AS touched (hour)
    WHERE touched.hour >= closed_before());
  days := refresh_mart(
    'traffic_hourly', 'hour', event_hours || start_hours,
    'SELECT * FROM traffic_hourly_of($1)', '{day}');
  PERFORM refresh_minutes(event_hours);
  PERFORM refresh_mart(
    'event_hourly', 'hour', event_hours, 'SELECT * FROM event_hourly_of($1)', '{}');
  PERFORM refresh_mart(
    'quality_hourly', 'hour', event_hours, 'SELECT * FROM quality_hourly_of($1)', '{}');
  PERFORM refresh_mart(
    'property_hourly', 'hour', event_hours, 'SELECT * FROM property_hourly_of($1)', '{}');
END
$$;

COMMENT ON FUNCTION refresh_hours IS
  'Refreshes the marts of hours: those whose events changed, and others in which only session'
  ' starts did. Returns the days of the rows that changed.';

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
      AND near.session_date + 0 BETWEEN changed.first_day - 15 AND changed.last_day + 15
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
    PERFORM refresh_mart(mart, 'session_key', sessions,
      format('SELECT * FROM mart_definitions.%I WHERE session_key = ANY ($1)', mart), '{}');
  END LOOP;
  days := days || refresh_mart('session_funnels', 'session_key', sessions,
    'SELECT * FROM mart_definitions.session_funnels WHERE session_key = ANY ($1)',
    '{entered_day}');
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

CREATE OR REPLACE FUNCTION summed_marts() RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS
$$
  SELECT ARRAY[
    'engagement_daily', 'session_funnel_daily', 'transition_daily', 'path_daily', 'page_daily',
    'acquisition_daily']
$$;

COMMENT ON FUNCTION summed_marts IS
  'Returns the marts by day that are sums over visitors and orders.';

CREATE OR REPLACE FUNCTION refresh_days(
  days DATE[],
  marts TEXT[] DEFAULT ARRAY['traffic_daily', 'revenue_daily'] || summed_marts())
RETURNS VOID LANGUAGE plpgsql AS
$$
DECLARE
  mart TEXT;
BEGIN
  -- Days of the closed period are final.
  days := ARRAY(
    SELECT touched.day FROM unnest(days) AS touched (day) WHERE touched.day >= closed_day());
  FOREACH mart IN ARRAY marts
  LOOP
    PERFORM refresh_mart(
      mart, 'day', days,
      format('SELECT * FROM mart_definitions.%I WHERE day = ANY ($1)', mart), '{}');
  END LOOP;
END
$$;

COMMENT ON FUNCTION refresh_days IS
  'Computes marts by day anew for the given days, from all their sessions and orders. Call it after'
  ' the marts that they are computed from.';

-- ── Marts by day that are sums over sessions and orders ──
--
-- random_page_cost is low where they are computed: their rows are recent, and so in memory. By
-- default the planner would rather read the whole warehouse than look up a few thousand sessions.

CREATE OR REPLACE FUNCTION rows_of_chosen(mart TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS
$$
  SELECT format(
    CASE mart WHEN 'engagement_daily' THEN '%I($1, $2)' ELSE '%I($1)' END, mart || '_of')
$$;

COMMENT ON FUNCTION rows_of_chosen IS
  'Returns SQL of the rows of a mart by day that the sessions $1 and the orders $2 give.';

-- One array is enough: a session takes 16 bytes, and an array has room for 1 GB.
CREATE OR REPLACE FUNCTION sessions_of_touched_days(touched_sessions REGCLASS)
RETURNS UUID[] LANGUAGE plpgsql STABLE AS
$$
DECLARE
  sessions UUID[];
BEGIN
  EXECUTE format(
    $sql$
      WITH touched AS MATERIALIZED (
        SELECT DISTINCT session_key, visitor_id, started_at, session_date FROM %s),
      visitors AS MATERIALIZED (
        SELECT array_agg(visitor_id) AS visitors, array_agg(first_at) AS first_at,
          array_agg(last_at) AS last_at
        FROM (
          SELECT visitor_id, min(started_at) AS first_at, max(started_at) AS last_at
          FROM touched GROUP BY visitor_id) AS visitor)
      SELECT array_agg(session_key)
      FROM (
        SELECT session_key FROM touched
        UNION
        SELECT same_day.session_key
        FROM (SELECT DISTINCT visitor_id, session_date FROM touched) AS changed
        JOIN clickstream_sessions AS same_day
          ON same_day.visitor_id = changed.visitor_id
            -- For the index. No zone is two days off.
            AND same_day.started_at >= (changed.session_date - 2)::TIMESTAMP AT TIME ZONE 'UTC'
            AND same_day.started_at <= (changed.session_date + 3)::TIMESTAMP AT TIME ZONE 'UTC'
            AND same_day.session_date + 0 = changed.session_date
        UNION
        SELECT after.session_key
        FROM visitors, sessions_after(visitors.visitors, visitors.first_at, visitors.last_at) after
      ) AS sessions
    $sql$, touched_sessions)
  INTO sessions;
  RETURN coalesce(sessions, '{}');
END
$$;

COMMENT ON FUNCTION sessions_of_touched_days IS
  'Returns the touched sessions, all sessions of their visitors on the same days, and those whose'
  ' row in session_acquisition can change with them. The argument is that of refresh_marts. Before'
  ' and after a merge, the sessions that are not touched are the same.';

CREATE OR REPLACE FUNCTION note_days(
  touched_sessions REGCLASS, touched_orders REGCLASS, touched_days TEXT)
RETURNS VOID LANGUAGE plpgsql SET jit = off SET random_page_cost = 1.1 AS
$$
DECLARE
  sessions UUID[] := sessions_of_touched_days(touched_sessions);
  orders TEXT[];
  mart TEXT;
BEGIN
  EXECUTE format('SELECT ARRAY(SELECT order_id FROM %s)', touched_orders) INTO orders;
  EXECUTE format(
    'CREATE UNLOGGED TABLE %s (session_key UUID, %s) WITH (autovacuum_enabled = false)',
    touched_days,
    (SELECT string_agg(format('%1$I %1$I', name), ', ') FROM unnest(summed_marts()) AS name));
  EXECUTE format('INSERT INTO %s (session_key) SELECT unnest($1)', touched_days) USING sessions;
  -- Most sessions of a load are new: no mart has rows of them.
  sessions := ARRAY(
    SELECT stored.session_key FROM clickstream_sessions AS stored
    WHERE stored.session_key = ANY (sessions));
  FOREACH mart IN ARRAY summed_marts()
  LOOP
    EXECUTE format(
      'INSERT INTO %s (%I) SELECT counted FROM %s AS counted', touched_days, mart,
      rows_of_chosen(mart))
    USING sessions, orders;
  END LOOP;
END
$$;

COMMENT ON FUNCTION note_days IS
  'Creates a table of the rows that the touched sessions and orders give to the marts by day. Each'
  ' row is in the column of its mart. In other rows, session_key has the sessions of'
  ' sessions_of_touched_days. It must run before rows move. Arguments: as for refresh_marts, and'
  ' the name of the table.';

CREATE OR REPLACE FUNCTION add_day_differences(
  mart TEXT, touched_days REGCLASS, sessions UUID[], orders TEXT[], OUT days DATE[])
LANGUAGE plpgsql AS
$$
DECLARE
  columns TEXT;
  keys TEXT;
  texts TEXT;
  sums TEXT;
  label_differs TEXT;
  label_is_doubtful TEXT;
  aggregates TEXT;
  assignments TEXT;
BEGIN
  SELECT string_agg(name, ', ' ORDER BY place),
    string_agg(name, ', ' ORDER BY place) FILTER (WHERE kind = 'key'),
    string_agg(name, ', ' ORDER BY place) FILTER (WHERE kind = 'sum'),
    string_agg(
      CASE kind
        WHEN 'key' THEN name
        WHEN 'sum' THEN format('sum(CASE WHEN is_after THEN %1$s ELSE -%1$s END) AS %1$s', name)
        -- A text that the key stands for: the rows have the same.
        WHEN 'text' THEN format('max(%1$s) AS %1$s', name)
        ELSE format('max(%1$s) FILTER (WHERE is_after) AS %1$s', name) END,
      ', ' ORDER BY place),
    string_agg(
      CASE
        WHEN kind = 'label' THEN format('%1$s = greatest(stored.%1$s, EXCLUDED.%1$s)', name)
        WHEN kind = 'sum' AND type = 'NUMERIC'::REGTYPE
          THEN format('%1$s = trim_scale(stored.%1$s + EXCLUDED.%1$s)', name)
        WHEN kind = 'sum' THEN format('%1$s = stored.%1$s + EXCLUDED.%1$s', name) END,
      ', ' ORDER BY place),
    string_agg(
      format(
        'max(%1$s) FILTER (WHERE is_after) IS DISTINCT FROM max(%1$s) FILTER (WHERE NOT is_after)',
        name),
      ' OR ') FILTER (WHERE kind = 'label'),
    string_agg(
      format(
        'coalesce(max(%1$s) FILTER (WHERE NOT is_after) > max(%1$s) FILTER (WHERE is_after),'
        ' max(%1$s) FILTER (WHERE NOT is_after) IS NOT NULL)', name),
      ' OR ') FILTER (WHERE kind = 'label')
  INTO columns, keys, sums, aggregates, assignments, label_differs, label_is_doubtful
  FROM (
    SELECT quote_ident(attribute.attname) AS name, attribute.attnum AS place,
      attribute.atttypid AS type,
      CASE
        WHEN attribute.attnum = ANY (unique_index.indkey::SMALLINT[]) THEN 'key'
        WHEN attribute.atttypid IN ('BIGINT'::REGTYPE, 'NUMERIC'::REGTYPE) THEN 'sum'
        WHEN attribute.attnotnull THEN 'text'
        ELSE 'label' END AS kind
    FROM pg_attribute AS attribute
    JOIN pg_index AS unique_index
      ON unique_index.indrelid = attribute.attrelid AND unique_index.indisprimary
    WHERE attribute.attrelid = mart::REGCLASS AND attribute.attnum > 0
      AND NOT attribute.attisdropped) AS described;
  EXECUTE format(
    $sql$
      WITH changed AS MATERIALIZED (
        SELECT %3$s, %9$s AS is_doubtful
        FROM (
          SELECT TRUE AS is_after, counted.* FROM %4$s AS counted
          UNION ALL
          SELECT FALSE, (noted.%1$I).* FROM %5$s AS noted WHERE noted.%1$I IS DISTINCT FROM NULL
        ) AS parts
        -- Days of the closed period are final.
        WHERE day >= closed_day()
        GROUP BY %6$s
        HAVING %7$s OR %8$s),
      written AS (
        INSERT INTO %1$I AS stored (%2$s) SELECT %2$s FROM changed ORDER BY %6$s
        ON CONFLICT (%6$s) DO UPDATE SET %10$s)
      SELECT coalesce(array_agg(DISTINCT day), '{}') FROM changed WHERE is_doubtful
    $sql$,
    mart, columns, aggregates, rows_of_chosen(mart), touched_days, keys,
    (SELECT string_agg(
      format('sum(CASE WHEN is_after THEN %1$s ELSE -%1$s END) <> 0', name), ' OR ')
     FROM unnest(string_to_array(sums, ', ')) AS name),
    coalesce(label_differs, 'FALSE'), coalesce(label_is_doubtful, 'FALSE'), assignments)
  INTO days USING sessions, orders;
  -- A row without counts has no session and no order left.
  EXECUTE format(
    $sql$
      DELETE FROM %1$I AS stored
      USING (
        SELECT (noted.%1$I).* FROM %2$s AS noted WHERE noted.%1$I IS DISTINCT FROM NULL) AS before
      WHERE %3$s AND %4$s
    $sql$,
    mart, touched_days,
    (SELECT string_agg(format('stored.%1$s = before.%1$s', name), ' AND ')
     FROM unnest(string_to_array(keys, ', ')) AS name),
    (SELECT string_agg(format('stored.%1$s = 0', name), ' AND ')
     FROM unnest(string_to_array(sums, ', ')) AS name));
END
$$;

COMMENT ON FUNCTION add_day_differences IS
  'Adds to a mart by day what the touched sessions and orders give to it now, less what they gave'
  ' before. Arguments: the mart, the table of note_days, its sessions, and the touched orders. Call'
  ' it after the marts that it is computed from. A text that may be NULL is the greatest of its'
  ' rows. Returns the days on which the greatest may be gone.';

CREATE OR REPLACE FUNCTION refresh_summed_marts(
  touched_orders REGCLASS, touched_days REGCLASS, days DATE[])
RETURNS VOID LANGUAGE plpgsql SET random_page_cost = 1.1 AS
$$
DECLARE
  sessions UUID[];
  orders TEXT[];
  sessions_of_days BIGINT;
  days_to_compute DATE[];
  mart TEXT;
BEGIN
  EXECUTE format(
    'SELECT ARRAY(SELECT session_key FROM %s WHERE session_key IS NOT NULL)', touched_days)
  INTO sessions;
  EXECUTE format('SELECT ARRAY(SELECT order_id FROM %s)', touched_orders) INTO orders;
  SELECT sum(traffic.sessions + traffic.bot_sessions) INTO sessions_of_days
  FROM traffic_daily AS traffic WHERE traffic.day = ANY (days);
  FOREACH mart IN ARRAY summed_marts()
  LOOP
    -- A session costs two to three times as much in a difference as in a whole day. Days of few
    -- sessions cost little in either way; so small tests try the differences.
    IF sessions_of_days > 1000 AND cardinality(sessions) * 3 > sessions_of_days THEN
      days_to_compute := days;
    ELSE
      days_to_compute := add_day_differences(mart, touched_days, sessions, orders);
    END IF;
    IF cardinality(days_to_compute) > 0 THEN
      PERFORM refresh_days(days_to_compute, ARRAY[mart]);
    END IF;
  END LOOP;
END
$$;

COMMENT ON FUNCTION refresh_summed_marts IS
  'Refreshes the marts by day that are sums: by the difference that touched sessions and orders'
  ' make, or as whole days if a load touches a third of over 1,000 sessions. Arguments: as for'
  ' refresh_marts, and the days of all that changed. Call it after refresh_days.';

CREATE OR REPLACE FUNCTION refresh_marts(
  touched_hours REGCLASS, touched_sessions REGCLASS, touched_orders REGCLASS,
  touched_days REGCLASS)
RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  batch_size CONSTANT INTEGER := 100000;
  event_hours TIMESTAMPTZ[];
  start_hours TIMESTAMPTZ[];
  days DATE[];
  batches INTEGER;
  sessions UUID[];
  visited RECORD;
  refreshed RECORD;
  orders TEXT[];
BEGIN
  EXECUTE format(
    $sql$
      SELECT coalesce(array_agg(hour) FILTER (WHERE has_changed_events), '{}'),
        coalesce(array_agg(hour) FILTER (WHERE NOT has_changed_events), '{}')
      FROM %s
    $sql$, touched_hours)
  INTO event_hours, start_hours;
  EXECUTE format(
    'SELECT array_agg(DISTINCT session_date), count(*) / $1 + 1 FROM %s', touched_sessions)
  INTO days, batches USING batch_size;
  days := days || refresh_hours(event_hours, start_hours);
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
  days := ARRAY(SELECT DISTINCT day FROM unnest(days) AS touched (day));
  PERFORM refresh_days(days, ARRAY['traffic_daily', 'revenue_daily']);
  PERFORM refresh_summed_marts(touched_orders, touched_days, days);
END
$$;

COMMENT ON FUNCTION refresh_marts IS
  'Refreshes every mart after a change of events and sessions. Each table lists old and new values.'
  ' touched_hours: of each event (has_changed_events) or session start that was added, removed or'
  ' moved. touched_sessions: each session that was added, removed or changed. touched_orders: of'
  ' each checkout_complete event in these sessions. touched_days: the table of note_days.';

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
    PERFORM refresh_hours(batch.keys, '{}');
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
    -- Equal rows cancel out. EXCEPT would compute the view twice, and sort all rows.
    EXECUTE format(
      $sql$
        SELECT coalesce(sum(surplus) FILTER (WHERE surplus > 0), 0),
          coalesce(-sum(surplus) FILTER (WHERE surplus < 0), 0)
        FROM (
          SELECT sum(side) AS surplus
          FROM (
            SELECT 1 AS side, defined.* FROM mart_definitions.%1$I AS defined WHERE %3$s
            UNION ALL
            SELECT -1, stored.* FROM public.%1$I AS stored WHERE %3$s) AS sides
          GROUP BY %2$s
          HAVING sum(side) <> 0) AS different
      $sql$, mart,
      (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
       FROM pg_attribute
       WHERE attrelid = format('public.%I', mart)::REGCLASS AND attnum > 0 AND NOT attisdropped),
      open_rows(mart))
    INTO missing, extra;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION mart_differences IS
  'Compares each mart with its definition, without final rows of the closed period. Returns the'
  ' number of rows that it lacks, and of rows that it has too many. It reads everything: minutes in'
  ' a large warehouse.';
