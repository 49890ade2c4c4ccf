-- A visitor has one cohort: the week of its first session. New visitors of all days are the
-- visitors of all cohorts. After a closing that holds from the next Monday on: an erasure removes
-- visitors of earlier cohorts, but changes no final day.
SELECT visitor_id, count(DISTINCT cohort_week) AS cohorts, min(week) AS first_week,
  min(cohort_week) AS cohort_week
FROM visitor_weeks
GROUP BY visitor_id
HAVING count(DISTINCT cohort_week) <> 1 OR min(week) <> min(cohort_week)
UNION ALL
SELECT 'all', daily.new_visitors, NULL, NULL
FROM (
  SELECT CASE WHEN closed_day() = closed_week() THEN closed_week() ELSE closed_week() + 7 END
    AS monday) AS since
CROSS JOIN LATERAL (
  SELECT coalesce(sum(new_visitors), 0) AS new_visitors FROM traffic_daily
  WHERE day >= since.monday) AS daily
CROSS JOIN LATERAL (
  SELECT count(DISTINCT visitor_id) AS visitors FROM visitor_weeks
  WHERE cohort_week >= since.monday) AS cohorts
WHERE daily.new_visitors <> cohorts.visitors
