INSERT INTO duplicate_records (object_key, event_id, event_timestamp, client_id, user_id)
SELECT raw_object_key, event_id, event_timestamp, client_id, user_id
FROM ${resolutions}
WHERE NOT wins
ORDER BY raw_object_key
