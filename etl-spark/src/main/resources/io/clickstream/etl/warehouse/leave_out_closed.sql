-- Staged records of the closed period, whose marts are final. Without one, nothing is read.
WITH removed AS (
  DELETE FROM ${events} staged
  WHERE (SELECT closed_before FROM warehouse_settings) IS NOT NULL
    AND staged.occurred_at < (SELECT closed_before FROM warehouse_settings)
  RETURNING staged.raw_object_key)

INSERT INTO ${closed} (object_key)
SELECT raw_object_key FROM removed
