-- The metrics of the alarms: minutes since the newest event and since the last good run, and rejected
-- records of a day in percent. Beside them, the longest time from reception to commit.
-- A metric without data has no row. Events dated in the future do not count as new.
SELECT 'MinutesSinceNewestEvent', round(extract(EPOCH FROM now() - newest.occurred_at) / 60)
FROM (
  -- The index clickstream_events_hour gives the newest hour first.
  SELECT occurred_at
  FROM clickstream_events
  WHERE date_trunc('hour', occurred_at AT TIME ZONE 'UTC') <= now() AT TIME ZONE 'UTC'
    AND occurred_at <= now()
  ORDER BY date_trunc('hour', occurred_at AT TIME ZONE 'UTC') DESC, occurred_at DESC
  LIMIT 1) AS newest
UNION ALL
-- Every good run commits a slice, even if the slice has no new object. A follower does not, but its
-- connection asks for the listed hours in each step. During a fault it has no idle connection.
SELECT 'MinutesSinceLastRun', round(extract(EPOCH FROM now() - max(at)) / 60)
FROM (
  SELECT max(finished_at) FROM etl_runs WHERE mode NOT IN ('rebuild', 'erase')
  UNION ALL
  SELECT max(state_change) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'clickstream-etl follow' AND state = 'idle'
) runs (at)
HAVING max(at) IS NOT NULL
UNION ALL
-- Of the loads since the last metrics, with a margin. Backfills load old events.
SELECT 'SecondsFromReceptionToCommit', round(max(extract(EPOCH FROM finished_at - oldest_event_timestamp)), 1)
FROM etl_runs
WHERE finished_at > now() - INTERVAL '6 minutes' AND mode IN ('follow', 'since-last-run')
HAVING max(finished_at - oldest_event_timestamp) IS NOT NULL
UNION ALL
SELECT 'RejectedPercent', round(100.0 * sum(rejected) / sum(records_read), 2)
FROM etl_runs
WHERE finished_at > now() - INTERVAL '1 day'
HAVING sum(records_read) > 0;
