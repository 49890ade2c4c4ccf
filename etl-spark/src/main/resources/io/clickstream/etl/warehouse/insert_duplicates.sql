INSERT INTO duplicate_records (object_key, event_id)
SELECT raw_object_key, event_id
FROM ${resolutions}
WHERE NOT wins
ORDER BY raw_object_key
