-- The minutes of the latest hours have all events of these hours, and there are no other minutes.
SELECT hour, hourly.events, minutes.events AS of_minutes, hourly.bot_events,
  minutes.bot_events AS bot_events_of_minutes
FROM (
  SELECT hour, sum(events) AS events, sum(bot_events) AS bot_events
  FROM traffic_minutely GROUP BY hour) AS minutes
FULL JOIN (
  SELECT hour, events, bot_events FROM traffic_hourly
  WHERE hour IN (SELECT unnest(latest_hours()))) AS hourly USING (hour)
WHERE (minutes.events, minutes.bot_events) IS DISTINCT FROM (hourly.events, hourly.bot_events)
