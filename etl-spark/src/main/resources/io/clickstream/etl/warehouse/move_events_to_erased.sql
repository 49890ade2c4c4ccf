INSERT INTO erased_records (object_key)
SELECT stored_raw_object_key
FROM ${resolutions}
WHERE wins AND stored_raw_object_key IS NOT NULL
ORDER BY stored_raw_object_key
