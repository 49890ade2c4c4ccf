-- Each loaded record is an event, a duplicate, a rejected record, an erased record, or to be loaded
-- again: only one of these.
SELECT object_key, count(*) AS places
FROM (
  SELECT raw_object_key AS object_key FROM event_details
  UNION ALL
  SELECT object_key FROM duplicate_records
  UNION ALL
  SELECT object_key FROM rejected_records
  UNION ALL
  SELECT object_key FROM erased_records
  UNION ALL
  SELECT object_key FROM etl_returning_records) AS places
GROUP BY object_key
HAVING count(*) > 1
