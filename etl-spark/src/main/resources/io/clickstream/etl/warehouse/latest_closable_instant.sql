-- Two days before the latest loaded day: no minute of traffic_minutely is in the period.
SELECT ((SELECT max(day) FROM traffic_daily) - 2)::TIMESTAMP AT TIME ZONE reporting_zone
FROM warehouse_settings
