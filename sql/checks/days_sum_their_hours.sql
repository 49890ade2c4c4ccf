-- Events and sessions of a day are the sums of its hours.
SELECT daily.day, daily.events, hours.events AS of_hours, daily.sessions,
  hours.sessions AS sessions_of_hours
FROM traffic_daily AS daily
FULL JOIN (
  SELECT day, sum(events) AS events, sum(bot_events) AS bot_events, sum(sessions) AS sessions
  FROM traffic_hourly GROUP BY day) AS hours USING (day)
WHERE (daily.events, daily.bot_events, daily.sessions)
    IS DISTINCT FROM (hours.events, hours.bot_events, hours.sessions)
  AND (daily.events + daily.bot_events + daily.sessions + daily.bot_sessions > 0
    OR hours.events IS NOT NULL)
