-- Staged records of the closed period. Marts of the period are final.
WITH removed AS (
  DELETE FROM ${events} staged
  WHERE staged.occurred_at < (SELECT closed_before FROM warehouse_settings)
  RETURNING staged.raw_object_key)

INSERT INTO ${closed} (object_key)
SELECT raw_object_key FROM removed
