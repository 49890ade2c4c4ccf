-- A visitor has one cohort: the week of its first session. New visitors of all days are the
-- visitors of all cohorts.
SELECT visitor_id, count(DISTINCT cohort_week) AS cohorts, min(week) AS first_week,
  min(cohort_week) AS cohort_week
FROM visitor_weeks
GROUP BY visitor_id
HAVING count(DISTINCT cohort_week) <> 1 OR min(week) <> min(cohort_week)
UNION ALL
SELECT 'all', daily.new_visitors, NULL, NULL
FROM (SELECT coalesce(sum(new_visitors), 0) AS new_visitors FROM traffic_daily) AS daily
CROSS JOIN (SELECT count(DISTINCT visitor_id) AS visitors FROM visitor_weeks) AS cohorts
WHERE daily.new_visitors <> cohorts.visitors
