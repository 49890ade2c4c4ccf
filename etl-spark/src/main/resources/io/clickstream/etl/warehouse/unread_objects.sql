-- Grain: one row per staged object that was not read.
SELECT object_key FROM ${distinct_objects}
WHERE outcome <> 'read'
ORDER BY object_key
