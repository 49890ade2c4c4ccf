-- Step times of a funnel ascend, and a completed step is also an open one. No step counts more than
-- the previous one.
SELECT 'session' AS scope, session_key::TEXT AS whose, funnel, step_at, open_steps
FROM session_funnels
WHERE cardinality(open_steps) = 0
  OR step_at <> ARRAY(SELECT at FROM unnest(step_at) AS at ORDER BY at)
  OR NOT open_steps @> ARRAY(SELECT generate_series(1, cardinality(step_at)))
UNION ALL
SELECT 'visitor', visitor_id, funnel, step_at, open_steps
FROM visitor_funnels
WHERE cardinality(open_steps) = 0
  OR step_at <> ARRAY(SELECT at FROM unnest(step_at) AS at ORDER BY at)
  OR (cardinality(step_at) > 0) <> (open_steps @> ARRAY[1])
UNION ALL
SELECT scope || ' by day', day::TEXT, funnel, NULL, ARRAY[step]
FROM (
  SELECT *,
    lag(closed) OVER (PARTITION BY day, funnel, scope, login_state, channel ORDER BY step)
      AS closed_before
  FROM funnel_daily) AS steps
WHERE closed > closed_before AND step > 1
