-- A record key is its object's key, followed by '#' and a line number in batch objects.
INSERT INTO erased_records (object_key)
SELECT DISTINCT object_key
FROM ${erased} erased
WHERE NOT EXISTS (
  SELECT FROM ${superseded} other WHERE other.object_key = split_part(erased.object_key, '#', 1))
ORDER BY object_key
