SELECT count(DISTINCT object_key)
FROM ${closed} closed
WHERE NOT EXISTS (
  SELECT FROM ${superseded} other
  WHERE other.object_key = split_part(closed.object_key, '#', 1))
