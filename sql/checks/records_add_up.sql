-- Records of the loaded objects = events + duplicates + rejected records + erased records + records
-- that are to be loaded again.
SELECT ledger.records AS loaded, tables.records AS stored
FROM (SELECT coalesce(sum(records_loaded), 0) AS records FROM etl_hours) AS ledger
CROSS JOIN (
  SELECT (SELECT count(*) FROM clickstream_events) + (SELECT count(*) FROM duplicate_records)
    + (SELECT count(*) FROM rejected_records) + (SELECT count(*) FROM erased_records)
    + (SELECT count(*) FROM etl_returning_records) AS records) AS tables
WHERE ledger.records <> tables.records
