-- The latest hour that has records is the present, so that the result does not depend on a clock.
UPDATE rejected_records SET body = ''
WHERE octet_length(body) > 0
  AND object_key < (
    SELECT to_char(
      max(hour) AT TIME ZONE 'UTC' - make_interval(hours => 24 * :days), 'YYYY/MM/DD/HH24')
    FROM etl_hours WHERE records_loaded > 0)
