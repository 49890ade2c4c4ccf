-- Guests whose id is a zero of another type, such as 0.0, are one visitor, and their events one.
-- Reports: as placeholder-ids-are-absent.

-- Each event and each visitor stands for itself.
SELECT count(*), count(DISTINCT event_id), count(DISTINCT visitor_id), count(client_id)
FROM clickstream_events WHERE session_id LIKE 'zero-%';
--> 8|8|8|0
