-- Grain: one row per hour that a run has recorded.
SELECT hour, loaded_keys, batch_records
FROM etl_hours
WHERE hour = any(:hours)
