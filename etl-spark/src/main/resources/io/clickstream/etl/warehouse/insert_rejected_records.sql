-- A record key is its object's key, followed by '#' and a line number in batch objects.
INSERT INTO rejected_records (${columns})
SELECT DISTINCT ON (object_key) ${columns}
FROM ${rejected} rejected
WHERE NOT EXISTS (
  SELECT FROM ${superseded} other WHERE other.object_key = split_part(rejected.object_key, '#', 1))
ORDER BY object_key
