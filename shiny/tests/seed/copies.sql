-- Fills a warehouse that has the seed with copies of its visitors, to measure the dashboards with
-- many events. psql's variable `events` is the number of events in all.
--   psql -v ON_ERROR_STOP=1 -v events=5000000 -f copies.sql
--
-- Copied are the visitors who first came in the last 28 days, which the dashboards show at first.
-- So nearly all events are of these days. Each copy has ids of its own, is up to an hour earlier,
-- and views one of 50 sets of products. The runs and hours of the job stay those of the seed.

SET jit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

CREATE TEMPORARY TABLE copied AS
SELECT session.visitor_id
FROM clickstream_sessions AS session
CROSS JOIN (SELECT max(session_date) AS day FROM clickstream_sessions) AS latest
GROUP BY session.visitor_id, latest.day
HAVING min(session.session_date) > latest.day - 28 AND NOT bool_or(session.is_bot);

CREATE TEMPORARY TABLE copies AS
SELECT
  number, '-' || number AS mark, '-' || number % 50 AS goods_mark,
  make_interval(secs => number * 37 % 3600) AS earlier
FROM generate_series(1, (
  SELECT (:events - count(*)) / count(copied.visitor_id)
  FROM clickstream_events LEFT JOIN copied USING (visitor_id))) AS numbers (number);

-- Inserts the copies of a table's rows. `changed` names the columns that differ from the original.
CREATE FUNCTION pg_temp.copy_rows(original REGCLASS, changed JSONB) RETURNS VOID LANGUAGE plpgsql AS
$$
DECLARE
  columns TEXT;
  expressions TEXT;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
    string_agg(coalesce(changed ->> attname, quote_ident(attname)), ', ' ORDER BY attnum)
  INTO columns, expressions
  FROM pg_attribute WHERE attrelid = original AND attnum > 0 AND NOT attisdropped;
  EXECUTE format('CREATE TEMPORARY TABLE source ON COMMIT DROP AS'
    ' SELECT * FROM %s WHERE visitor_id IN (SELECT visitor_id FROM copied)', original);
  EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM copies CROSS JOIN source',
    original, columns, expressions);
  DROP TABLE source;
END
$$;

-- The pages of products, which have 50 sets.
INSERT INTO clickstream_pages
SELECT md5(page_id || '-' || number)::UUID, events, page_address || '-' || number, page_title
FROM clickstream_pages CROSS JOIN generate_series(0, 49) AS numbers (number)
WHERE page_address LIKE '%/p/%';

SELECT pg_temp.copy_rows('clickstream_events', jsonb_build_object(
  'event_id', 'md5(event_id || mark)::UUID',
  'raw_id', 'md5(event_id || mark)::UUID',
  'session_key', 'md5(session_key || mark)::UUID',
  'visitor_id', 'visitor_id || mark',
  'client_id', 'client_id || mark',
  'session_id', 'session_id || mark',
  'user_id', 'user_id || mark',
  'order_id', 'order_id || mark',
  'occurred_at', 'occurred_at - earlier',
  'event_timestamp', 'event_timestamp - earlier',
  'raw_hour', 'floor(extract(EPOCH FROM event_timestamp - earlier) / 3600)',
  'page_path', 'CASE WHEN page_path LIKE ''/p/%'' THEN page_path || goods_mark ELSE page_path END',
  'page_id', 'CASE WHEN page_path LIKE ''/p/%'' THEN md5(page_id || goods_mark)::UUID
    ELSE page_id END',
  'context_product_id', 'context_product_id || goods_mark',
  'context_product_name', 'context_product_name || '' '' || goods_mark',
  'context_product_url_path', 'context_product_url_path || goods_mark',
  'order_items', 'jsonb_set(order_items, ''{0,product_id}'',
    to_jsonb((order_items -> 0 ->> ''product_id'') || goods_mark))'));

SELECT pg_temp.copy_rows('clickstream_sessions', jsonb_build_object(
  'session_key', 'md5(session_key || mark)::UUID',
  'visitor_id', 'visitor_id || mark',
  'client_id', 'client_id || mark',
  'user_id', 'user_id || mark',
  'started_at', 'started_at - earlier',
  'ended_at', 'ended_at - earlier',
  'session_date', '((started_at - earlier) AT TIME ZONE reporting_zone())::DATE',
  'first_event_id', 'md5(first_event_id || mark)::UUID',
  'last_event_id', 'md5(last_event_id || mark)::UUID',
  'landing_page_url', 'CASE WHEN landing_page_path LIKE ''/p/%''
    THEN regexp_replace(landing_page_url, ''^([^?]*)'', ''\1'' || goods_mark)
    ELSE landing_page_url END',
  'exit_page_url', 'CASE WHEN exit_page_path LIKE ''/p/%''
    THEN regexp_replace(exit_page_url, ''^([^?]*)'', ''\1'' || goods_mark)
    ELSE exit_page_url END',
  'landing_page_path', 'CASE WHEN landing_page_path LIKE ''/p/%''
    THEN landing_page_path || goods_mark ELSE landing_page_path END',
  'exit_page_path', 'CASE WHEN exit_page_path LIKE ''/p/%''
    THEN exit_page_path || goods_mark ELSE exit_page_path END'));

-- Counts the events of each value that events share.
DO $$
DECLARE
  kind TEXT;
BEGIN
  FOREACH kind IN ARRAY ARRAY['page', 'referrer', 'agent', 'element'] LOOP
    EXECUTE format(
      'UPDATE clickstream_%1$ss AS value SET events = counted.events
      FROM (
        SELECT %1$s_id, count(*) AS events FROM clickstream_events GROUP BY 1) AS counted
      WHERE value.%1$s_id = counted.%1$s_id', kind);
  END LOOP;
END
$$;
DELETE FROM clickstream_pages WHERE page_id NOT IN (
  SELECT page_id FROM clickstream_events WHERE page_id IS NOT NULL);

ANALYZE;
SELECT rebuild_marts();
VACUUM ANALYZE;
