INSERT INTO duplicate_records (object_key, event_id, event_timestamp, client_id, user_id)
SELECT
  resolution.stored_raw_object_key, event.event_id, event.event_timestamp, event.client_id,
  event.user_id
FROM ${resolutions} resolution
JOIN clickstream_events event USING (event_id)
WHERE resolution.wins AND resolution.stored_raw_object_key IS NOT NULL
ORDER BY stored_raw_object_key
