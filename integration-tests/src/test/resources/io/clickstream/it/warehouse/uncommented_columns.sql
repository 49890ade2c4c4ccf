-- The tables and columns without a comment; NULL if there are none.
SELECT string_agg(c.relname || '.' || coalesce(a.attname, ''), ', ')
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::REGNAMESPACE
  AND c.relname <> 'flyway_schema_history'
  AND (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL)
