SELECT
  coalesce(sum(records) FILTER (WHERE outcome = 'read'), 0) AS records_read,
  count(*) FILTER (WHERE outcome = 'vanished') AS vanished,
  count(*) FILTER (WHERE outcome = 'unreadable') AS unreadable
FROM ${distinct_objects}
WHERE NOT EXISTS (SELECT FROM ${superseded} other WHERE other.object_key = object.object_key)
