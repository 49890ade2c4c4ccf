-- Gives a warehouse of ${days} days a long past, until it has ${events} events. Copy n is these days
-- moved back by n days, a multiple of ${days}, with other visitors, other ids and other raw objects.
-- If ${in_time_order}, ids of version 7 are moved with their day; all other ids become random.
--
-- Keys stay unique, each copied event has its copied session, each hour its figures in the marts.
-- Days move as a whole, so they keep their cut marks. Two things differ from loaded days: session
-- keys and the key lists in etl_hours are not derived from the events.
SET TIME ZONE 'UTC';
SET maintenance_work_mem = '1GB';

-- The expression of each column that differs in copy n; %1$s is the column.
CREATE TEMPORARY TABLE copied_columns (table_name TEXT, column_name TEXT, expression TEXT);
INSERT INTO copied_columns
SELECT table_name, column_name, expression
FROM (VALUES
  ('id', 'md5(%1$s::text || '':'' || n)::uuid'),
  ('event', CASE WHEN ${in_time_order} THEN $expression$
    CASE WHEN substr(%1$s::text, 15, 1) = '7'
      THEN (
        lpad(
          to_hex(
            ('x' || lpad(translate(left(%1$s::text, 13), '-', ''), 16, '0'))::bit(64)::bigint
              - n * 86400000::bigint), 12, '0')
        || '7' || substr(md5(%1$s::text || ':' || n), 14))::uuid
      ELSE md5(%1$s::text || ':' || n)::uuid END$expression$
    ELSE 'md5(%1$s::text || '':'' || n)::uuid' END),
  ('name', '%1$s || ''~'' || n'),
  ('time', '%1$s - n * interval ''24 hours'''),
  ('date', '%1$s - n'),
  ('hour', '%1$s - n * 24'),
  ('object', $expression$
    to_char(
      to_timestamp(left(%1$s, 13), 'YYYY/MM/DD/HH24') - n * interval '24 hours', 'YYYY/MM/DD/HH24')
      || '/event-' || md5(%1$s || ':' || n)::uuid || '.json'$expression$)
) AS kinds (kind, expression)
JOIN (VALUES
  ('clickstream_events', 'event_id', 'event'),
  ('clickstream_events', 'event_timestamp', 'time'),
  ('clickstream_events', 'user_id', 'name'),
  ('clickstream_events', 'client_id', 'name'),
  ('clickstream_events', 'session_id', 'name'),
  ('clickstream_events', 'occurred_at', 'time'),
  ('clickstream_events', 'visitor_id', 'name'),
  ('clickstream_events', 'session_key', 'id'),
  ('clickstream_events', 'raw_hour', 'hour'),
  ('clickstream_events', 'raw_id', 'id'),
  ('clickstream_events', 'order_id', 'name'),
  ('clickstream_sessions', 'session_key', 'id'),
  ('clickstream_sessions', 'visitor_id', 'name'),
  ('clickstream_sessions', 'client_id', 'name'),
  ('clickstream_sessions', 'user_id', 'name'),
  ('clickstream_sessions', 'started_at', 'time'),
  ('clickstream_sessions', 'ended_at', 'time'),
  ('clickstream_sessions', 'first_event_id', 'event'),
  ('clickstream_sessions', 'last_event_id', 'event'),
  ('clickstream_sessions', 'session_date', 'date'),
  ('duplicate_records', 'object_key', 'object'),
  ('duplicate_records', 'event_id', 'event'),
  ('duplicate_records', 'event_timestamp', 'time'),
  ('duplicate_records', 'client_id', 'name'),
  ('duplicate_records', 'user_id', 'name'),
  ('rejected_records', 'object_key', 'object'),
  ('etl_hours', 'hour', 'time')
) AS columns (table_name, column_name, kind) USING (kind);

-- Indexes are dropped and built again: building at once is many times faster than row by row.
CREATE TEMPORARY TABLE rebuilt_indexes AS
SELECT
  index.indrelid::REGCLASS AS table_name, index.indexrelid::REGCLASS::TEXT AS index_name,
  rule.conname AS constraint_name, pg_get_indexdef(index.indexrelid) AS index_definition,
  pg_get_constraintdef(rule.oid) AS constraint_definition
FROM pg_index AS index
LEFT JOIN pg_constraint AS rule ON index.indexrelid = rule.conindid
WHERE index.indrelid::REGCLASS::TEXT IN (SELECT table_name FROM copied_columns);

DO $$
DECLARE
  copied record;
  rebuilt record;
  copies bigint := (SELECT greatest(0, (${events} - 1) / count(*)) FROM clickstream_events);
BEGIN
  FOR rebuilt IN SELECT * FROM rebuilt_indexes LOOP
    IF rebuilt.constraint_name IS NULL THEN
      EXECUTE format('DROP INDEX %s', rebuilt.index_name);
    ELSE
      EXECUTE format(
        'ALTER TABLE %s DROP CONSTRAINT %I', rebuilt.table_name, rebuilt.constraint_name);
    END IF;
  END LOOP;

  FOR copied IN
    SELECT
      attrelid::regclass AS table_name,
      string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS column_names,
      string_agg(
        format(coalesce(expression, '%1$s'), quote_ident(attname)), ', ' ORDER BY attnum)
        AS expressions
    FROM pg_attribute
    LEFT JOIN copied_columns
      ON table_name = attrelid::regclass::text AND column_name = attname
    WHERE attrelid::regclass::text IN (SELECT c.table_name FROM copied_columns AS c)
      AND attnum > 0 AND NOT attisdropped
    GROUP BY attrelid
  LOOP
    EXECUTE format('CREATE TEMPORARY TABLE copied_day AS TABLE %s', copied.table_name);
    FOR n IN 1..copies LOOP
      EXECUTE format(
        'INSERT INTO %s (%s) SELECT %s FROM copied_day, (VALUES (%s)) AS copy (n)',
        copied.table_name, copied.column_names, copied.expressions, n * ${days});
    END LOOP;
    DROP TABLE copied_day;
  END LOOP;

  -- Each copy has the values of all events once more.
  UPDATE clickstream_pages SET events = events * (copies + 1);
  UPDATE clickstream_referrers SET events = events * (copies + 1);
  UPDATE clickstream_agents SET events = events * (copies + 1);
  UPDATE clickstream_elements SET events = events * (copies + 1);

  FOR rebuilt IN SELECT * FROM rebuilt_indexes LOOP
    EXECUTE CASE WHEN rebuilt.constraint_name IS NULL THEN rebuilt.index_definition
      ELSE format(
        'ALTER TABLE %s ADD CONSTRAINT %I %s',
        rebuilt.table_name, rebuilt.constraint_name, rebuilt.constraint_definition) END;
  END LOOP;
END
$$;

ANALYZE clickstream_events, clickstream_sessions, duplicate_records, rejected_records, etl_hours;
SELECT rebuild_marts();
