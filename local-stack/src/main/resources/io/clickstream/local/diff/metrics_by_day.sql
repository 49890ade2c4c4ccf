-- Grain: one row per reporting day and metric, in this order. Revenue is in major units, so that warehouses of
-- different price scales can be compared.
SELECT day, metric, trim_scale(value)
FROM (
  SELECT traffic.day, metric.name, metric.value
  FROM traffic_daily AS traffic
  CROSS JOIN LATERAL (VALUES
    ('sessions', traffic.sessions::NUMERIC),
    ('visitors', traffic.visitors),
    ('orders', traffic.orders)) AS metric (name, value)
  UNION ALL
  SELECT revenue.day, 'revenue ' || coalesce(nullif(revenue.currency, ''), '(no currency)'),
    round(
      revenue.revenue_minor / power(10::NUMERIC, setting.price_scale::NUMERIC), setting.price_scale)
  FROM revenue_daily AS revenue CROSS JOIN warehouse_settings AS setting
  WHERE revenue.revenue_minor IS NOT NULL
  UNION ALL
  SELECT day, 'sessions of channel ' || channel, sum(sessions)
  FROM acquisition_daily
  GROUP BY day, channel) AS metrics (day, metric, value)
ORDER BY day, metric COLLATE "C"
