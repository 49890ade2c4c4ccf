-- Grain: one row per client id that was seen with one of the users, and with no other user.
SELECT client_id
FROM clickstream_events
WHERE client_id IN (
  SELECT seen.client_id FROM clickstream_events seen
  WHERE seen.user_id = any(:user_ids) AND seen.client_id IS NOT NULL)
GROUP BY client_id
HAVING bool_and(user_id IS NULL OR user_id = any(:user_ids))
ORDER BY client_id
