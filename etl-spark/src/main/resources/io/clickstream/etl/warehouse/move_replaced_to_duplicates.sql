INSERT INTO duplicate_records (object_key, event_id)
SELECT stored_raw_object_key, event_id
FROM ${resolutions}
WHERE wins AND stored_raw_object_key IS NOT NULL
ORDER BY stored_raw_object_key
