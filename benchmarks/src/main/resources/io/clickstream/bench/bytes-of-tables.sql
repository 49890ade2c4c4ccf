-- The tables of at least one byte per event, with their indexes.
SELECT string_agg(size.relname || ' ' || size.per_event, ', ' ORDER BY size.per_event DESC)
FROM (
  SELECT
    relname,
    round(pg_total_relation_size(oid)::NUMERIC / (SELECT count(*) FROM clickstream_events))
      AS per_event
  FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::REGNAMESPACE) AS size
WHERE size.per_event >= 1
