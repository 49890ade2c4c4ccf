SELECT (today.day - :days::INTEGER)::TIMESTAMP AT TIME ZONE settings.reporting_zone
FROM warehouse_settings AS settings CROSS JOIN (
  SELECT max(day) AS day FROM traffic_daily) AS today
