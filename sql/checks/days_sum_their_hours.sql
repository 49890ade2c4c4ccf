-- Events of a day are those of its hours; its sessions those that start on it.
SELECT daily.day, daily.events, hours.events AS of_hours, daily.sessions, hours.sessions AS sessions_of_hours
FROM traffic_daily daily
FULL JOIN (
  SELECT day, sum(events) AS events, sum(bot_events) AS bot_events, sum(sessions) AS sessions
  FROM traffic_hourly GROUP BY day) hours USING (day)
WHERE (daily.events, daily.bot_events, daily.sessions) IS DISTINCT FROM (hours.events, hours.bot_events, hours.sessions)
  AND (daily.events + daily.bot_events + daily.sessions + daily.bot_sessions > 0 OR hours.events IS NOT NULL)
