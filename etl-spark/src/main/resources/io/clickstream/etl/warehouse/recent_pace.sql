-- Grain: at most one row: records per second of the last ten slices that read at least 5,000 records.
SELECT sum(records_read) / sum(extract(EPOCH FROM finished_at - started_at)) AS records_per_second
FROM (
  SELECT records_read, started_at, finished_at
  FROM etl_runs
  WHERE records_read >= 5000 AND finished_at > started_at
  ORDER BY finished_at DESC
  LIMIT 10) recent
HAVING count(*) > 0
