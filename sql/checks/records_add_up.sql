-- Records of the loaded objects = events + duplicates + rejected records + erased records + records
-- that are to be loaded again + records of closed periods.
SELECT ledger.records AS loaded, tables.records AS stored
FROM (SELECT coalesce(sum(records_loaded), 0) AS records FROM etl_hours) AS ledger
CROSS JOIN (
  SELECT (SELECT count(*) FROM clickstream_events) + (SELECT count(*) FROM duplicate_records)
    + (SELECT count(*) FROM rejected_records) + (SELECT count(*) FROM erased_records)
    + (SELECT count(*) FROM etl_returning_records)
    + (SELECT coalesce(sum(closed), 0) FROM etl_runs)
    + (SELECT coalesce(sum(events + duplicates + rejected), 0) FROM etl_closings)
    AS records) AS tables
WHERE ledger.records <> tables.records
