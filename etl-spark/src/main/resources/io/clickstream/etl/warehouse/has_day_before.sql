SELECT exists(
  SELECT FROM traffic_daily
  WHERE day < (
    SELECT (:closed_before::TIMESTAMPTZ AT TIME ZONE reporting_zone)::DATE FROM warehouse_settings))
