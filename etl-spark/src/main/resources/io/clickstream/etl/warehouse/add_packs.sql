UPDATE etl_hours SET
  loaded_keys = :loaded_keys,
  batch_records = :batch_records
WHERE hour = :hour
