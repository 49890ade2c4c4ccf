SELECT closed_before, finished_at IS NOT NULL, sessions, events, duplicates, rejected
FROM etl_closings
ORDER BY closed_before DESC
LIMIT 1
