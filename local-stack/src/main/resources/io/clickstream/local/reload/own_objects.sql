-- Grain: one row per relation that somebody has made besides the schema of the warehouse.
SELECT format('%I.%I', nspname, relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
  AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'clickstream_staging')
ORDER BY 1
