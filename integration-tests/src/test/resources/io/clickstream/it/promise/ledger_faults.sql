-- Grain: one row per statement of the ledger that contradicts another or a table. An erasure removes
-- rows that earlier slices stored, and so does a closing.
SELECT 'unbalanced: ' || run_id FROM etl_runs
WHERE records_listed
  <> already_loaded + inserted + duplicates + rejected + erased + closed + vanished + unreadable + quarantined
UNION ALL
SELECT 'inserted - replaced = ' || in_ledger || ', events: ' || stored FROM (
  SELECT sum(inserted - replaced) - (SELECT coalesce(sum(events), 0) FROM etl_erasures)
    - (SELECT coalesce(sum(events), 0) FROM etl_closings) AS in_ledger,
    (SELECT count(*) FROM clickstream_events) AS stored
  FROM etl_runs) events WHERE in_ledger <> stored
UNION ALL
SELECT 'duplicates + replaced = ' || in_ledger || ', stored: ' || stored FROM (
  SELECT sum(duplicates + replaced)
    - (SELECT coalesce(sum(duplicates + returned), 0) FROM etl_erasures)
    - (SELECT coalesce(sum(duplicates), 0) FROM etl_closings) AS in_ledger,
    (SELECT count(*) FROM duplicate_records) AS stored
  FROM etl_runs) duplicates WHERE in_ledger <> stored
UNION ALL
SELECT 'rejected = ' || in_ledger || ', stored: ' || stored FROM (
  SELECT sum(rejected) - (SELECT coalesce(sum(rejected), 0) FROM etl_erasures)
    - (SELECT coalesce(sum(rejected), 0) FROM etl_closings) AS in_ledger,
    (SELECT count(*) FROM rejected_records) AS stored
  FROM etl_runs) rejects WHERE in_ledger <> stored
UNION ALL
SELECT 'erased = ' || in_ledger || ', stored: ' || stored FROM (
  SELECT sum(erased)
    + (SELECT coalesce(sum(events + duplicates + rejected), 0) FROM etl_erasures) AS in_ledger,
    (SELECT count(*) FROM erased_records) AS stored
  FROM etl_runs) erasures WHERE in_ledger <> stored
UNION ALL
SELECT 'not returned: ' || object_key FROM etl_returning_records
