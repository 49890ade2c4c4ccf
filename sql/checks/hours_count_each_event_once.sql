-- Each event is counted in its hour, and in no other: where clocks are put by half an hour, hours overlap as spans of time.
SELECT hour, hourly.events + hourly.bot_events AS events, counted.events AS occurred, quality.events AS judged
FROM (
  SELECT date_trunc('hour', occurred_at, reporting_zone()) AS hour, count(*) AS events
  FROM clickstream_events GROUP BY 1) counted
FULL JOIN traffic_hourly hourly USING (hour)
FULL JOIN quality_hourly quality USING (hour)
WHERE counted.events IS DISTINCT FROM hourly.events + hourly.bot_events OR counted.events IS DISTINCT FROM quality.events
