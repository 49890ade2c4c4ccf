-- Grain: one row per record that is to return and was not tried, or per record.
SELECT object_key
FROM etl_returning_records
WHERE (:with_tried OR NOT is_tried) AND object_key > :after
ORDER BY object_key
LIMIT :most
