-- Grain: at most one row: the first unreadable object, with the number of all unreadable objects.
SELECT object_key, detail, count(*) OVER () AS objects
FROM ${distinct_objects}
WHERE outcome = 'unreadable'
ORDER BY object_key
LIMIT 1
