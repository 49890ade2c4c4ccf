-- A run that finished some time ago.
INSERT INTO etl_runs (run_id, slice, mode, window_from, window_to, started_at, finished_at, objects_listed,
  objects_ignored, records_listed, already_loaded, records_read, inserted, duplicates, rejected, vanished,
  unreadable, replaced, conflicting_duplicates, coerced_fields, sessions_written, context_rows_read,
  stage_seconds, lock_held_s, settings, version)
SELECT gen_random_uuid(), 0, 'hour', at, at, at, at, ${read}, 0, ${read}, 0, ${read}, ${read} - ${rejected}, 0,
  ${rejected}, 0, 0, 0, 0,
  '{}', 0, 0, '{}', 0, '{}', 'x'
FROM (SELECT now() - INTERVAL '${ago}') AS finished (at)
