-- Grain: one row per field with a value that could not be used.
SELECT field, count(*) AS events
FROM ${resolutions}, unnest(string_to_array(coerced_fields, ',')) field
GROUP BY field
