SELECT count(*)
FROM (
  SELECT DISTINCT object_key
  FROM ${erased} erased
  WHERE NOT EXISTS (
    SELECT FROM ${superseded} other
    WHERE other.object_key = split_part(erased.object_key, '#', 1))) staged
JOIN erased_records USING (object_key)
