-- In each slice: records_listed = already_loaded + inserted + duplicates + rejected + erased +
-- closed + vanished + unreadable + quarantined.
SELECT run_id, slice, records_listed, already_loaded, inserted, duplicates, rejected, erased,
  closed, vanished, unreadable, quarantined
FROM etl_runs
WHERE records_listed
  <> already_loaded + inserted + duplicates + rejected + erased + closed + vanished + unreadable
  + quarantined
