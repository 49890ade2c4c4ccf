-- Grain: one row per object of an hour that has erased records. In the order of bytes, 0 comes
-- after /.
SELECT split_part(object_key, '#', 1) AS object, count(*) AS records
FROM erased_records
WHERE object_key >= :hour_prefix || '/' AND object_key < :hour_prefix || '0'
GROUP BY object
