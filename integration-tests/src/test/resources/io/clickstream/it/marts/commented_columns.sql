-- Grain: one row per column of a table, in the order of the table, with the comments of both.
SELECT class.relname AS table_name, obj_description(class.oid, 'pg_class') AS table_comment,
  (SELECT string_agg('`' || key.attname || '`', ', ' ORDER BY array_position(
      primary_key.indkey::SMALLINT[], key.attnum))
    FROM pg_index primary_key
    JOIN pg_attribute key ON key.attrelid = primary_key.indrelid
      AND key.attnum = any(primary_key.indkey::SMALLINT[])
    WHERE primary_key.indrelid = class.oid AND primary_key.indisprimary) AS primary_key,
  attribute.attname AS column_name,
  upper(replace(format_type(attribute.atttypid, attribute.atttypmod),
    'timestamp with time zone', 'timestamptz')) AS type,
  attribute.attnotnull AS is_not_null,
  col_description(class.oid, attribute.attnum) AS column_comment
FROM pg_class class
JOIN pg_attribute attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = 'public'::REGNAMESPACE AND class.relkind = 'r'
  AND class.relname <> 'flyway_schema_history'
  AND attribute.attnum > 0 AND NOT attribute.attisdropped
ORDER BY class.relname, attribute.attnum
