-- Each loaded record is either an event, a duplicate or a rejected record.
SELECT object_key, count(*) AS places
FROM (
  SELECT raw_object_key AS object_key FROM event_details
  UNION ALL
  SELECT object_key FROM duplicate_records
  UNION ALL
  SELECT object_key FROM rejected_records) AS places
GROUP BY object_key
HAVING count(*) > 1
