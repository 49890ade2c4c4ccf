-- Grain: one row per step: sessions that took it, and the median of seconds since the step before.
SELECT number.step, number.name, count(taken.at),
  extract(EPOCH FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY taken.took))::BIGINT
FROM funnel_steps number
LEFT JOIN (
  SELECT step.number, step.at, step.at - funnel.step_at[step.number - 1] AS took
  FROM session_funnels funnel
  CROSS JOIN LATERAL unnest(funnel.step_at) WITH ORDINALITY AS step (at, number)
  WHERE funnel.funnel = 'purchase') taken ON taken.number = number.step
WHERE number.funnel = 'purchase'
GROUP BY number.step, number.name
ORDER BY 1
