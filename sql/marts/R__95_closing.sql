-- Closing of a period: docs/adr/0042-closing-keeps-a-memory-of-the-past.md. Functions only.
-- `./clickstream close` calls them, each in a transaction of its own under the warehouse lock.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE VIEW sessions_to_close AS
SELECT session.*
FROM clickstream_sessions AS session
WHERE session.started_at < (SELECT closed_before())
  -- A later event can continue a session that ended at most six hours before it. A funnel of the
  -- first open day needs the day before.
  AND session.ended_at < (SELECT closed_before()) - INTERVAL '48 hours'
  -- An order that is not closed counts the claims of other visitors.
  AND NOT (session.is_converted AND EXISTS (
    SELECT FROM clickstream_events AS claim
    JOIN clickstream_orders AS placed
      ON placed.order_id = coalesce(claim.order_id, claim.event_id::TEXT)
    WHERE claim.session_key = session.session_key AND claim.canonical_name = 'checkout_complete'
      AND placed.ordered_at >= (SELECT closed_before())));

COMMENT ON VIEW sessions_to_close IS
  'Sessions of the closed period that are to be removed. It leaves those that ended in its last 48'
  ' hours, and those that claim an order of the open period.';
GRANT SELECT ON sessions_to_close TO clickstream_etl;

CREATE OR REPLACE FUNCTION start_closing(wanted TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS
$$
BEGIN
  UPDATE warehouse_settings SET closed_before = wanted WHERE wanted > closed_before();
  INSERT INTO etl_closings (closed_before, started_at)
  SELECT wanted, clock_timestamp()
  WHERE wanted = closed_before()
  ON CONFLICT (closed_before) DO NOTHING;
END
$$;

COMMENT ON FUNCTION start_closing IS
  'Closes the period before a begin of a reporting day, if an earlier one is closed or none. From'
  ' then on loads leave it out. close_sessions and close_rest remove its rows.';

CREATE OR REPLACE FUNCTION close_sessions(
  batch_events BIGINT, OUT sessions BIGINT, OUT events BIGINT)
LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  going UUID[];
  visitors TEXT[];
  duplicates_lost BIGINT;
  value_kinds TEXT[];
  value_ids UUID[];
  value_events BIGINT[];
  kind TEXT;
  mart TEXT;
BEGIN
  SELECT array_agg(session_key), array_agg(DISTINCT visitor_id)
  INTO going, visitors
  FROM (
    SELECT oldest.*,
      sum(event_count) OVER (ORDER BY started_at, session_key) - event_count AS events_before
    FROM (
      SELECT session_key, visitor_id, started_at, event_count
      FROM sessions_to_close
      ORDER BY started_at, session_key
      LIMIT 20000) AS oldest) AS numbered
  WHERE events_before < batch_events;
  sessions := coalesce(cardinality(going), 0);
  events := 0;
  IF sessions = 0 THEN
    RETURN;
  END IF;
  -- A session may have been closed before: its first event is new again if it is received later.
  INSERT INTO closed_sessions AS known
    (session_key, visitor_id, started_at, session_date, source, medium, campaign, channel)
  SELECT session_key, visitor_id, started_at, session_date, source, medium, utm_campaign,
    default_channel_group
  FROM clickstream_sessions AS past
  WHERE past.session_key = ANY (going) AND NOT past.is_bot
    AND past.started_at >= (
      SELECT coalesce(remembered_from, '-infinity') FROM etl_closings
      WHERE closed_before = closed_before())
  ON CONFLICT (session_key) DO UPDATE SET
    started_at = EXCLUDED.started_at, session_date = EXCLUDED.session_date,
    source = EXCLUDED.source, medium = EXCLUDED.medium, campaign = EXCLUDED.campaign,
    channel = EXCLUDED.channel;
  FOREACH mart IN ARRAY ARRAY[
    'session_acquisition', 'session_products', 'session_steps', 'session_funnels']
  LOOP
    EXECUTE format('DELETE FROM %I WHERE session_key = ANY ($1)', mart) USING going;
  END LOOP;
  DELETE FROM returning_funnels
  WHERE visitor_id = ANY (visitors) AND day < closed_day();
  WITH removed AS (
    DELETE FROM clickstream_events AS event WHERE event.session_key = ANY (going)
    RETURNING event.event_id, event.page_id, event.referrer_id, event.agent_id, event.element_id),
  lost AS (
    DELETE FROM duplicate_records AS stored USING removed WHERE stored.event_id = removed.event_id
    RETURNING stored.object_key)
  SELECT (SELECT count(*) FROM removed), (SELECT count(*) FROM lost),
    array_agg(value.kind), array_agg(value.id), array_agg(value.events)
  INTO events, duplicates_lost, value_kinds, value_ids, value_events
  FROM (
    SELECT shared.kind, shared.id, count(*) AS events
    FROM removed
    CROSS JOIN LATERAL (VALUES
      ('page', page_id), ('referrer', referrer_id), ('agent', agent_id), ('element', element_id))
      AS shared (kind, id)
    WHERE shared.id IS NOT NULL
    GROUP BY shared.kind, shared.id) AS value;
  FOREACH kind IN ARRAY ARRAY['page', 'referrer', 'agent', 'element']
  LOOP
    EXECUTE format(
      $sql$
        DELETE FROM %I AS kept USING unnest($1, $2, $3) AS gone (kind, id, events)
        WHERE gone.kind = $4 AND kept.%I = gone.id AND kept.events = gone.events
      $sql$, 'clickstream_' || kind || 's', kind || '_id')
    USING value_kinds, value_ids, value_events, kind;
    EXECUTE format(
      $sql$
        UPDATE %I AS kept SET events = kept.events - gone.events
        FROM unnest($1, $2, $3) AS gone (kind, id, events)
        WHERE gone.kind = $4 AND kept.%I = gone.id
      $sql$, 'clickstream_' || kind || 's', kind || '_id')
    USING value_kinds, value_ids, value_events, kind;
  END LOOP;
  DELETE FROM clickstream_sessions WHERE session_key = ANY (going);
  UPDATE etl_closings AS closing SET
    batches = closing.batches + 1,
    sessions = closing.sessions + close_sessions.sessions,
    events = closing.events + close_sessions.events,
    duplicates = closing.duplicates + duplicates_lost
  WHERE closing.closed_before = closed_before();
END
$$;

COMMENT ON FUNCTION close_sessions IS
  'Removes the oldest sessions of the closed period with at most about batch_events events, their'
  ' events and their rows in marts. closed_sessions keeps those that later figures need. Returns'
  ' how many it removed.';

CREATE OR REPLACE FUNCTION close_rest(batch_rows BIGINT) RETURNS BIGINT
LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  forgotten BIGINT;
  funnels BIGINT;
  rejects BIGINT;
BEGIN
  DELETE FROM closed_sessions WHERE ctid = ANY (ARRAY(
    SELECT past.ctid FROM closed_sessions AS past
    WHERE past.started_at < (
      SELECT remembered_from FROM etl_closings WHERE closed_before = closed_before())
    LIMIT batch_rows));
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  DELETE FROM returning_funnels WHERE ctid = ANY (ARRAY(
    SELECT funnel.ctid FROM returning_funnels AS funnel WHERE funnel.day < closed_day()
    LIMIT batch_rows));
  GET DIAGNOSTICS funnels = ROW_COUNT;
  -- Their time is that of the key: the hour of reception.
  DELETE FROM rejected_records WHERE ctid = ANY (ARRAY(
    SELECT rejected.ctid FROM rejected_records AS rejected
    WHERE rejected.object_key < to_char(closed_before() AT TIME ZONE 'UTC', 'YYYY/MM/DD/HH24')
    LIMIT batch_rows));
  GET DIAGNOSTICS rejects = ROW_COUNT;
  UPDATE etl_closings AS closing SET
    rejected = closing.rejected + rejects,
    finished_at = CASE
      WHEN closing.finished_at IS NULL AND forgotten + funnels + rejects = 0 THEN clock_timestamp()
      ELSE closing.finished_at END
  WHERE closing.closed_before = closed_before()
    OR (closing.finished_at IS NULL AND forgotten + funnels + rejects = 0);
  RETURN forgotten + funnels + rejects;
END
$$;

COMMENT ON FUNCTION close_rest IS
  'Removes other rows of the closed period, when its sessions are removed: rejected records,'
  ' returning_funnels, and sessions in closed_sessions that no figure needs any more. Removes at'
  ' most batch_rows of each. Returns the number; at 0, the closing is finished.';

CREATE OR REPLACE FUNCTION erasable_ids(visitor_id TEXT)
RETURNS TABLE (kind TEXT, id TEXT) LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT named.kind, own.id
  FROM (
    SELECT CASE left(visitor_id, 2)
      WHEN 'c:' THEN 'client' WHEN 'u:' THEN 'user' WHEN 'e:' THEN 'event' END AS kind) AS named
  CROSS JOIN LATERAL (VALUES
    (CASE named.kind
      WHEN 'event' THEN substr(visitor_id, 3)
      ELSE encode(sha256(convert_to(substr(visitor_id, 3), 'UTF8')), 'hex') END),
    (substring(visitor_id FROM '^[cu]:sha256:(.*)$'))) AS own (id)
$$;

COMMENT ON FUNCTION erasable_ids IS
  'Returns the ids by which an erasure request may name a visitor: of an event, or the SHA-256 of a'
  ' client or user id. A long id is stored as its hash, after sha256:.';

CREATE OR REPLACE FUNCTION forget_closed(erased_ids REGCLASS, matched_events REGCLASS)
RETURNS VOID LANGUAGE plpgsql SET jit = off AS
$$
DECLARE
  visitors TEXT[];
  until TIMESTAMPTZ[];
  orders TEXT[];
  refreshed RECORD;
  everyone CONSTANT TEXT := $sql$
    SELECT coalesce(array_agg(visitor_id), '{}'), coalesce(array_agg(received_before), '{}')
    FROM (
      SELECT known.visitor_id, max(erased.received_before) AS received_before
      FROM (
        SELECT visitor_id FROM closed_sessions
        UNION
        SELECT visitor_id FROM visitor_weeks WHERE week < closed_week()) AS known
      CROSS JOIN LATERAL erasable_ids(known.visitor_id) AS own
      JOIN %s AS erased ON erased.kind = own.kind AND erased.id = own.id
      GROUP BY known.visitor_id) AS matching
  $sql$;
BEGIN
  EXECUTE format(everyone, erased_ids) INTO visitors, until;
  DELETE FROM closed_sessions AS past
  USING unnest(visitors, until) AS erased (visitor_id, received_before)
  WHERE past.visitor_id = erased.visitor_id AND past.started_at < erased.received_before;
  DELETE FROM visitor_weeks AS past
  USING unnest(visitors, until) AS erased (visitor_id, received_before)
  WHERE past.visitor_id = erased.visitor_id AND past.week < closed_week()
    AND past.week::TIMESTAMP AT TIME ZONE reporting_zone() < erased.received_before;
  -- The cohort of the weeks that are left is the first of them.
  UPDATE visitor_weeks AS past SET cohort_week = first.week
  FROM (
    SELECT visitor_id, min(week) AS week FROM visitor_weeks
    WHERE visitor_id = ANY (visitors) AND week < closed_week()
    GROUP BY visitor_id) AS first
  WHERE past.visitor_id = first.visitor_id AND past.week < closed_week()
    AND past.cohort_week <> first.week;
  EXECUTE format(
    $sql$
      WITH removed AS (
        DELETE FROM clickstream_orders AS placed
        WHERE placed.ordered_at < closed_before()
          AND (placed.event_id IN (SELECT event_id FROM %2$s)
            OR placed.order_id IN (
              SELECT closed.order_id
              FROM clickstream_orders AS closed
              CROSS JOIN LATERAL (
                SELECT kind, id FROM erasable_ids(closed.visitor_id)
                UNION ALL
                SELECT kind, id FROM erasable_ids('u:' || closed.user_id)
                UNION ALL
                SELECT 'event', closed.event_id::TEXT) AS own
              JOIN %1$s AS erased
                ON erased.kind = own.kind AND erased.id = own.id
                  AND closed.ordered_at < erased.received_before
              WHERE closed.ordered_at < closed_before()))
        RETURNING placed.order_id)
      SELECT coalesce(array_agg(order_id), '{}') FROM removed
    $sql$, erased_ids, matched_events)
  INTO orders;
  DELETE FROM clickstream_order_lines WHERE order_id = ANY (orders);
  DELETE FROM order_touches WHERE order_id = ANY (orders);
  -- Later sessions of the visitors, and later claims of the orders, are the first ones now.
  SELECT * INTO refreshed
  FROM refresh_visits(
    ARRAY(SELECT session_key FROM clickstream_sessions WHERE visitor_id = ANY (visitors)),
    visitors,
    array_fill('-infinity'::TIMESTAMPTZ, ARRAY[cardinality(visitors)]),
    array_fill('-infinity'::TIMESTAMPTZ, ARRAY[cardinality(visitors)]),
    array_fill('-infinity'::DATE, ARRAY[cardinality(visitors)]),
    array_fill('infinity'::DATE, ARRAY[cardinality(visitors)]));
  refreshed.days := refreshed.days || refresh_orders(orders);
  PERFORM refresh_touches(
    orders || ARRAY(SELECT order_id FROM clickstream_orders WHERE visitor_id = ANY (visitors)));
  PERFORM refresh_days(ARRAY(SELECT DISTINCT day FROM unnest(refreshed.days) AS touched (day)));
END
$$;

COMMENT ON FUNCTION forget_closed IS
  'Erases what is kept of the closed period about the visitors and users that erasure requests'
  ' match: rows of closed_sessions and visitor_weeks, and orders. Marts of later sessions follow.'
  ' Arguments: the tables of the ids and of the matched events.';
