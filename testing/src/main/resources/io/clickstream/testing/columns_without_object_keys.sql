-- Grain: one row. The columns of a table, without those that name a raw object in its hour.
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_attribute
WHERE attrelid = '${table}'::REGCLASS AND attnum > 0 AND NOT attisdropped
  AND attname NOT IN ('raw_id', 'raw_line')
