INSERT INTO etl_runs (
  run_id, slice, mode, window_from, window_to, started_at, finished_at, objects_listed,
  objects_ignored, records_listed, already_loaded, records_read, inserted, duplicates, rejected,
  vanished, unreadable, replaced, conflicting_duplicates, coerced_fields, sessions_written,
  context_rows_read, stage_seconds, lock_held_s, settings, version)
SELECT gen_random_uuid(), 1, 'range', '2026-11-01 00:00+00', '2026-12-01 00:00+00', listed, listed,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', 0, 0, '{}', 0, '{}', 'test'
FROM (VALUES (TIMESTAMPTZ '2026-12-01 00:00+00')) AS listing (listed)
