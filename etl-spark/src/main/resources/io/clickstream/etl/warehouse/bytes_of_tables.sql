SELECT sum(pg_total_relation_size(oid))::BIGINT
FROM pg_class
WHERE relnamespace = 'public'::REGNAMESPACE AND relkind = 'r'
