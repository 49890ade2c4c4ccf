-- Grain: at most one row: records per second of the last ten slices that read at least 5,000 records.
-- The slices of a run overlap, because the next one is staged while one merges.
SELECT sum(records_read) / sum(seconds) AS records_per_second
FROM (
  SELECT
    sum(records_read) AS records_read,
    extract(EPOCH FROM max(finished_at) - min(started_at)) AS seconds
  FROM (
    SELECT run_id, records_read, started_at, finished_at
    FROM etl_runs
    WHERE records_read >= 5000 AND finished_at > started_at
    ORDER BY finished_at DESC
    LIMIT 10) recent
  GROUP BY run_id) runs
HAVING count(*) > 0
