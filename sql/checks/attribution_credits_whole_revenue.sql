-- Each model credits exactly the revenue of the order.
SELECT placed.order_id, placed.revenue_minor, credited.first_minor, credited.last_minor,
  credited.linear_minor
FROM clickstream_orders AS placed
LEFT JOIN (
  SELECT order_id, sum(first_minor) AS first_minor, sum(last_minor) AS last_minor,
    sum(linear_minor) AS linear_minor,
    count(*) AS touches
  FROM order_touches GROUP BY order_id) AS credited USING (order_id)
WHERE credited.touches IS NULL
  OR (credited.first_minor, credited.last_minor, credited.linear_minor)
    IS DISTINCT FROM (
      placed.revenue_minor::NUMERIC, placed.revenue_minor::NUMERIC, placed.revenue_minor::NUMERIC)
