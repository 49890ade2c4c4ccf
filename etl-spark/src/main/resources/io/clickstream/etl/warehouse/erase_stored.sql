WITH removed AS (
  DELETE FROM ${table} stored USING ${matched} matched
  WHERE stored.object_key = matched.object_key
  RETURNING stored.object_key)

INSERT INTO erased_records (object_key)
SELECT object_key FROM removed ORDER BY object_key
