-- Pages of which the rows of a table need all bytes, estimated from its last pages. 24 bytes of a
-- page are its header; a row has a pointer of 4 bytes, and begins at a multiple of 8.
SELECT ceil(
  greatest(stored.reltuples, 0)::NUMERIC * coalesce(sample.row_bytes, 0) * 100
    / coalesce(substring(stored.reloptions::TEXT FROM 'fillfactor=(\d+)')::INTEGER, 100)
    / (current_setting('block_size')::INTEGER - 24))::BIGINT
FROM pg_class AS stored CROSS JOIN (
  SELECT avg((pg_column_size(${table}) + 7) / 8 * 8 + 4) AS row_bytes
  FROM ${table}
  WHERE ctid >= '(${first_page},0)') AS sample
WHERE stored.oid = '${table}'::REGCLASS
