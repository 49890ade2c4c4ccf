-- Events from the future: one wrong clock makes a person of the year 2099, and moves what reports
-- call today.
-- Reports: PostHog/posthog PR #13579; PostHog/posthog PR #30579;
-- segmentio/analytics-react-native #977.

-- The hour of the key ends at 07:00. A day after it is the last usable time.
SELECT client_id, to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
FROM clickstream_events WHERE client_id LIKE 'late-_' ORDER BY client_id;
--> late-a|2026-11-21 06:00:01.000000
--> late-b|2026-11-21 06:00:02.000000
--> late-c|2026-11-22 07:00:00.000000
--> late-d|2026-11-21 06:00:04.000000

-- Only differences of the client's own clock count.
SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
FROM clickstream_events WHERE client_id = 'late-d';
--> 2026-11-21 06:00:03

-- Today is a day of the data.
SELECT day < '2027-01-01' FROM v_today;
--> t
