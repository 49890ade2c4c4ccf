-- The metrics of the alarms: minutes since the newest event and since the last good run, and rejected
-- records of a day in percent.
-- A metric without data has no row. Events dated in the future do not count as new.
SELECT 'MinutesSinceNewestEvent', round(extract(EPOCH FROM now() - max(occurred_at)) / 60)
FROM clickstream_events
WHERE occurred_at <= now()
HAVING max(occurred_at) IS NOT NULL
UNION ALL
-- Every good run commits a slice, even if the slice has no new object.
SELECT 'MinutesSinceLastRun', round(extract(EPOCH FROM now() - max(finished_at)) / 60)
FROM etl_runs
WHERE mode <> 'rebuild'
HAVING max(finished_at) IS NOT NULL
UNION ALL
SELECT 'RejectedPercent', round(100.0 * sum(rejected) / sum(records_read), 2)
FROM etl_runs
WHERE finished_at > now() - INTERVAL '1 day'
HAVING sum(records_read) > 0;
