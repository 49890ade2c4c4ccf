-- Grain: one row per statement of the ledger that contradicts another or a table.
SELECT 'unbalanced: ' || run_id FROM etl_runs
WHERE records_listed
  <> already_loaded + inserted + duplicates + rejected + vanished + unreadable + quarantined
UNION ALL
SELECT 'inserted - replaced = ' || in_ledger || ', events: ' || stored FROM (
  SELECT sum(inserted - replaced) AS in_ledger, (SELECT count(*) FROM clickstream_events) AS stored
  FROM etl_runs) events WHERE in_ledger <> stored
UNION ALL
SELECT 'duplicates + replaced = ' || in_ledger || ', stored: ' || stored FROM (
  SELECT sum(duplicates + replaced) AS in_ledger,
    (SELECT count(*) FROM duplicate_records) AS stored
  FROM etl_runs) duplicates WHERE in_ledger <> stored
UNION ALL
SELECT 'rejected = ' || in_ledger || ', stored: ' || stored FROM (
  SELECT sum(rejected) AS in_ledger, (SELECT count(*) FROM rejected_records) AS stored
  FROM etl_runs) rejects WHERE in_ledger <> stored
