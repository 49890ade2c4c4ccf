INSERT INTO etl_quarantine (object_key, hour, error, version, run_id, quarantined_at)
VALUES (:object_key, :hour, :error, :version, :run_id, clock_timestamp())
ON CONFLICT (object_key) DO UPDATE SET
  error = excluded.error,
  version = excluded.version,
  run_id = excluded.run_id,
  quarantined_at = excluded.quarantined_at
