-- Grain: one row per table that a migration has made.
SELECT relname
FROM pg_class
WHERE relnamespace = 'public'::REGNAMESPACE AND relkind IN ('r', 'p')
  AND pg_get_userbyid(relowner) = 'clickstream_owner'
