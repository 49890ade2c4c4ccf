-- Records that this merge has stored, or left out because their period is closed.
DELETE FROM etl_returning_records returned
USING (
  SELECT raw_object_key AS object_key FROM ${resolutions}
  UNION ALL
  SELECT object_key FROM ${rejected}
  UNION ALL
  SELECT object_key FROM ${erased}
  UNION ALL
  SELECT object_key FROM ${closed}) stored
WHERE returned.object_key = stored.object_key
