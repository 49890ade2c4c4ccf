-- The other records of erased events: one of them becomes the event again.
WITH removed AS (
  DELETE FROM duplicate_records stored USING ${matched_events} matched
  WHERE stored.event_id = matched.event_id
  RETURNING stored.object_key, matched.request_id)

INSERT INTO etl_returning_records (object_key, request_id)
SELECT object_key, request_id FROM removed ORDER BY object_key
