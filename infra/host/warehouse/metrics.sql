-- What the alarms look at: minutes since the newest event, and the share of rejected records of a day, in percent.
-- No row of either before there is something to tell. An event from the future, of an object that somebody copied there,
-- says nothing of freshness.
SELECT 'MinutesSinceNewestEvent', round(extract(epoch FROM now() - max(occurred_at)) / 60)
FROM clickstream_events
WHERE occurred_at <= now()
HAVING max(occurred_at) IS NOT NULL
UNION ALL
SELECT 'RejectedPercent', round(100.0 * sum(rejected) / sum(records_read), 2)
FROM etl_runs
WHERE finished_at > now() - INTERVAL '1 day'
HAVING sum(records_read) > 0;
