-- Grain: one row per table that the promise covers: all but the ledger and the schema's versions. With its primary key.
SELECT class.relname, (
  SELECT string_agg(attname, ', ' ORDER BY array_position(indkey::SMALLINT[], attnum))
  FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = any(indkey)
  WHERE indrelid = class.oid AND indisprimary)
FROM pg_class class
WHERE relnamespace = 'public'::REGNAMESPACE AND relkind = 'r'
  AND relname NOT LIKE 'etl\_%' AND relname NOT IN ('schema_version', 'flyway_schema_history')
ORDER BY relname COLLATE "C"
