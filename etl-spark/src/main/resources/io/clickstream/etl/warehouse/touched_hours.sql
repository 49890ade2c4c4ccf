-- Reporting hours of changed events and of touched session starts.
SELECT DISTINCT date_trunc('hour', touched.at, settings.reporting_zone) AS hour
FROM warehouse_settings settings, (
  SELECT occurred_at AS at FROM ${changes}
  UNION ALL
  SELECT started_at FROM ${touched_sessions}) touched
