-- The columns of text whose order is not that of its bytes; NULL if there are none.
SELECT string_agg(table_name || '.' || column_name, ', ')
FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')
  AND table_name <> 'flyway_schema_history'
  AND collation_name IS DISTINCT FROM 'C'
