-- A date is the begin of this reporting day.
SELECT CASE
  WHEN :instant::TEXT ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    THEN :instant::DATE::TIMESTAMP AT TIME ZONE reporting_zone
  ELSE date_trunc('day', :instant::TIMESTAMPTZ, reporting_zone) END
FROM warehouse_settings
