-- The Java of the job and the database have different versions of the tz database: the same event
-- is on two days in one warehouse.
-- Reports: ClickHouse/ClickHouse #120812; nodejs/node #62323; zkoss/zk PR #3314;
-- TEAMMATES/teammates #9200; adoptium/temurin-build #1366; GCTC-NTGC/gc-digital-talent #17464;
-- openjdk/jdk26u PR #186.
-- Zone: America/Vancouver

-- Session, order and hour agree on the day, whatever the versions of the zone data.
SELECT visit.session_date = placed.order_date
AND visit.session_date = (visit.started_at AT TIME ZONE 'America/Vancouver')::DATE
AND visit.session_date = (SELECT min(day) FROM traffic_hourly
WHERE hour BETWEEN '2026-11-15T07:00Z' AND '2026-11-15T08:00Z')
FROM clickstream_sessions AS visit JOIN clickstream_orders AS placed USING (session_key)
WHERE placed.order_id = 'R036-1';
--> t

-- The day has both events.
SELECT hourly.events, hourly.sessions, daily.orders >= 1
FROM traffic_hourly AS hourly JOIN traffic_daily AS daily USING (day)
WHERE hourly.hour = '2026-11-15T07:00Z';
--> 2|1|t
