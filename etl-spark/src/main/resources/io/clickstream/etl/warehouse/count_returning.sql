-- An object counts as many records as return from it.
UPDATE ${objects} object SET records = (
  SELECT count(*) FROM etl_returning_records wanted
  WHERE split_part(wanted.object_key, '#', 1) = object.object_key)
