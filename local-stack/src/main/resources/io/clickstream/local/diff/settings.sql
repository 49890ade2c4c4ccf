-- Grain: one row per setting, with its value as text, and one for the version of the schema.
SELECT value.key, value.value
FROM warehouse_settings AS settings
CROSS JOIN LATERAL jsonb_each_text(to_jsonb(settings)) AS value
WHERE value.key <> 'only_row'
UNION ALL
SELECT 'schema_version', max(version)::TEXT FROM schema_version
ORDER BY 1
