INSERT INTO etl_runs (
  run_id, slice, mode, window_from, window_to, started_at, finished_at,
  objects_listed, objects_ignored, records_listed, already_loaded, records_read, inserted,
  duplicates, rejected, erased, closed, vanished, unreadable, quarantined, replaced, conflicting_duplicates,
  sessions_written, context_rows_read, coerced_fields, stage_seconds, lock_held_s, settings, version,
  oldest_event_timestamp)
VALUES (
  :run_id, :slice, :mode, :window_from, :window_to, :started_at, :finished_at,
  :objects_listed, :objects_ignored, :records_listed, :already_loaded, :records_read, :inserted,
  :duplicates, :rejected, :erased, :closed, :vanished, :unreadable, :quarantined, :replaced, :conflicting_duplicates,
  :sessions_written, :context_rows_read, :coerced_fields::JSONB, :stage_seconds::JSONB, :lock_held_s,
  :settings::JSONB, :version,
  :oldest_event_timestamp)
