SELECT count(*)
FROM (
  SELECT DISTINCT object_key
  FROM ${rejected} rejected
  WHERE NOT EXISTS (
    SELECT FROM ${superseded} other
    WHERE other.object_key = split_part(rejected.object_key, '#', 1))) staged
JOIN rejected_records USING (object_key)
