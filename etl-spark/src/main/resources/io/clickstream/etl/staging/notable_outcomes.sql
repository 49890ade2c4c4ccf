-- Grain: one row per object of this slice whose outcome is not implied, in key order.
-- Implied: an object with a single event was read and holds one record.
SELECT object_key, outcome, records
FROM ${distinct_objects}
WHERE (outcome <> 'read' OR object_key LIKE '%.ndjson')
  AND NOT EXISTS (SELECT FROM ${superseded} other WHERE other.object_key = object.object_key)
ORDER BY object_key
