-- A later purge does not change the row: what it deletes came back in between.
UPDATE etl_erasures SET
  purged_at = clock_timestamp(), purged_objects = :objects, purged_batches = :batches,
  purged_packs = :packs
WHERE request_id = any(:request_ids) AND purged_at IS NULL
