-- Each event is counted in exactly one hour, also where clocks shift by half an hour. Hours of the
-- closed period count events that are not stored any more.
SELECT hour, hourly.events + hourly.bot_events AS events, counted.events AS occurred,
  quality.events AS judged
FROM (
  SELECT date_trunc('hour', occurred_at, reporting_zone()) AS hour, count(*) AS events
  FROM clickstream_events GROUP BY 1) AS counted
FULL JOIN traffic_hourly AS hourly USING (hour)
FULL JOIN quality_hourly AS quality USING (hour)
WHERE hour >= closed_before()
  AND (counted.events IS DISTINCT FROM hourly.events + hourly.bot_events
    OR counted.events IS DISTINCT FROM quality.events)
