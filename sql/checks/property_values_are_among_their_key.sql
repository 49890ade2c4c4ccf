-- The values of a key have at most the events of the key, whose row stands beside them.
SELECT hour, key, sum(events) FILTER (WHERE value IS NOT NULL) AS with_value,
  sum(events) FILTER (WHERE value IS NULL) AS with_key
FROM property_hourly
GROUP BY hour, key
HAVING count(*) FILTER (WHERE value IS NULL) <> 1
  OR sum(events) FILTER (WHERE value IS NOT NULL) > sum(events) FILTER (WHERE value IS NULL)
