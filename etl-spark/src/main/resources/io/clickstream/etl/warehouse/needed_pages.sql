-- Pages of which the rows of a table need all bytes, estimated from some of its pages; all pages if
-- these have no row. 24 bytes of a page are its header; a row has a pointer of 4 bytes, and begins at
-- a multiple of 8.
SELECT coalesce(
  ceil(
    greatest(stored.reltuples, 0)::NUMERIC * sample.row_bytes * 100
    / coalesce(substring(stored.reloptions::TEXT FROM 'fillfactor=(\d+)')::INTEGER, 100)
    / (current_setting('block_size')::INTEGER - 24))::BIGINT,
  pg_relation_size(stored.oid) / current_setting('block_size')::BIGINT)
FROM pg_class AS stored CROSS JOIN (
  SELECT avg((pg_column_size(${table}) + 7) / 8 * 8 + 4) AS row_bytes
  FROM ${table} TABLESAMPLE SYSTEM (${percent})) AS sample -- noqa: PRS
WHERE stored.oid = '${table}'::REGCLASS
