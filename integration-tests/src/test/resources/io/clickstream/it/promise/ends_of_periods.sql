-- Begins of reporting days before which a period can be closed, in ISO form.
SELECT to_char(
  days.day::TIMESTAMP AT TIME ZONE reporting_zone() AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM (
  SELECT DISTINCT traffic.day + later.days AS day
  FROM traffic_daily AS traffic CROSS JOIN generate_series(0, 3) AS later (days)
  WHERE traffic.day + later.days <= (SELECT max(latest.day) - 2 FROM traffic_daily AS latest)
) AS days
ORDER BY days.day
