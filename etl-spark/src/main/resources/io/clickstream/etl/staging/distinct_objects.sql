-- Grain: one row per object. Two attempts of a task may have staged an object twice; an attempt that
-- read it wins.
SELECT DISTINCT ON (object_key) object_key, outcome, records, detail
FROM ${objects}
ORDER BY object_key, outcome <> 'read', outcome
