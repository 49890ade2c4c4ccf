-- A session gets a second key when the visitor logs in, and its events are in no session.
-- Reports: Velir/dbt-ga4 #61.

-- It is one session, of the user.
SELECT count(*), min(event_count), min(user_id)
FROM clickstream_sessions
WHERE client_id = 'login';
--> 1|3|login-user
