-- Hours of the objects that a run tries again.
SELECT DISTINCT hour
FROM etl_quarantine
WHERE run_id <> :run_id AND (version <> :version OR :retries)
ORDER BY hour
