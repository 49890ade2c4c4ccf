-- A numeric id beyond 2^53 is rounded, and two users become one.
-- Reports: getsentry/sentry #6593; kurrent-io/KurrentDB #1541.

-- Ids and properties keep every digit.
SELECT user_id, properties ->> 'score' FROM event_details WHERE client_id = 'digits';
--> 999999000167639035|0.1234567890123456789
