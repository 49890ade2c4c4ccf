-- Records that a request matches which another run has applied since this run began.
WITH removed AS (
  DELETE FROM ${staged} staged USING ${matching} matching
  WHERE matching.place = staged.ctid
  RETURNING staged.${key})

INSERT INTO ${erased} (object_key)
SELECT ${key} FROM removed
