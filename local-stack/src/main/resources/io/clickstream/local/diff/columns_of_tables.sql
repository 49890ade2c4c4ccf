-- Grain: one row per column of the tables that a comparison covers: all but the ledger, the settings, the versions of
-- the schema, and the keys of erased records, whose objects may be purged. With the column's place in the primary key,
-- from 0, and whether the user may read the table.
SELECT class.relname, attribute.attname,
  format_type(attribute.atttypid, NULL) AS type,
  (SELECT place - 1
    FROM unnest(key.indkey::SMALLINT[]) WITH ORDINALITY AS part (number, place)
    WHERE part.number = attribute.attnum AND part.place <= key.indnkeyatts) AS key_place,
  has_table_privilege(class.oid, 'SELECT') AS is_readable
FROM pg_class class
JOIN pg_attribute attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
LEFT JOIN pg_index key ON key.indrelid = class.oid AND key.indisprimary
WHERE class.relnamespace = 'public'::REGNAMESPACE
  AND class.relkind IN ('r', 'p') AND NOT class.relispartition
  AND class.relname NOT LIKE 'etl\_%'
  AND class.relname NOT IN (
    'schema_version', 'flyway_schema_history', 'warehouse_settings', 'erased_records')
ORDER BY class.relname, attribute.attnum
