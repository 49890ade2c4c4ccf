-- Bytes of all tables and their indexes, per stored event.
SELECT sum(pg_total_relation_size(oid)) / (SELECT count(*) FROM clickstream_events)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::REGNAMESPACE
