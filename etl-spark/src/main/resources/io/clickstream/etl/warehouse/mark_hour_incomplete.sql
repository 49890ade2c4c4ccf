INSERT INTO etl_hours AS stored
  (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records)
VALUES (:hour, FALSE, :listed_at, 0, '', '{}')
ON CONFLICT (hour) DO UPDATE SET
  complete = FALSE,
  last_listed_at = greatest(excluded.last_listed_at, stored.last_listed_at)
