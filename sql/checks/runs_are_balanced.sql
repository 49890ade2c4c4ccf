-- In each slice: records_listed = already_loaded + inserted + duplicates + rejected + vanished +
-- unreadable.
SELECT run_id, slice, records_listed, already_loaded, inserted, duplicates, rejected, vanished,
  unreadable
FROM etl_runs
WHERE records_listed <> already_loaded + inserted + duplicates + rejected + vanished + unreadable
