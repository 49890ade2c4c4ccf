-- Clients write epoch milliseconds as 1.79E12 or 1795230000000.0, and readers that want digits
-- lose the time.
-- Reports: constellation-app/constellation #1784; pusher/push-notifications-web #62.

-- Each form of the same number is the same time.
SELECT count(*), min(to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')),
max(to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
FROM clickstream_events WHERE client_id LIKE 'epoch-%';
--> 4|2026-11-21 03:00:00|2026-11-21 03:00:00
