-- Grain: one row per hour that is marked or loaded.
SELECT 1 FROM etl_hours
WHERE hour = any(:hours)
ORDER BY hour
FOR UPDATE
