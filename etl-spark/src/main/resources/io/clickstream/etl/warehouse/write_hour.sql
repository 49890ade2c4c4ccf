-- An hour is complete only if no run has listed it later than this one: the later run may have
-- found objects that this run did not, and may have died since.
INSERT INTO etl_hours AS stored
  (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records)
VALUES (:hour, :complete, :listed_at, :records_loaded, :loaded_keys, :batch_records)
ON CONFLICT (hour) DO UPDATE SET
  complete = excluded.complete AND excluded.last_listed_at >= stored.last_listed_at,
  last_listed_at = greatest(excluded.last_listed_at, stored.last_listed_at),
  records_loaded = excluded.records_loaded,
  loaded_keys = excluded.loaded_keys,
  batch_records = excluded.batch_records
