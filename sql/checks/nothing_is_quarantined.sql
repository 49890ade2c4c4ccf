-- No raw object is left out because a load failed on it.
SELECT object_key, error, version, quarantined_at
FROM etl_quarantine
