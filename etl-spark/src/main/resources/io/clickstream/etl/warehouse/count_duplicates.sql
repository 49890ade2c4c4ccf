SELECT count(*)
FROM ${resolutions} resolution
JOIN duplicate_records duplicate ON resolution.raw_object_key = duplicate.object_key
