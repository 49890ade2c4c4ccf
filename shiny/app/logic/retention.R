# Weekly retention, and customers by recency and frequency.

most_cohorts <- 13

#' Returns one row per weekly cohort and week, for the cohorts up to the end of the range. A week is
#' over if its last day is loaded to its end. Without a ledger the last day counts as such.
#'
#' Login state and channel are those of a visitor's first session.
retention <- function(query, filters) {
  first <- if (chooses_days_only(filters)) {
    ""
  } else {
    sprintf(
      "
      JOIN session_acquisition visit ON visit.visitor_id = came.visitor_id AND visit.is_new_visitor
        AND %s",
      session_conditions(
        filters,
        "visit",
        NULL,
        login = "visit.login_state",
        channel = "visit.channel"
      )
    )
  }
  rows <- query(
    sprintf(
      "
    WITH came AS (
      SELECT came.cohort_week, came.week, count(*) AS visitors
      FROM visitor_weeks came%s
      WHERE came.cohort_week
        BETWEEN date_trunc('week', :to_day::date)::date - 7 * (:cohorts::int - 1) AND :to_day::date
      GROUP BY 1, 2)
    SELECT cohort.cohort_week::text AS cohort_week, number.n::int AS week_number,
      cohort.visitors AS cohort_visitors,
      CASE
        WHEN cohort.cohort_week + 7 * number.n + 6 <= whole.day
          THEN coalesce(returned.visitors, 0) END AS visitors
    FROM came cohort
    CROSS JOIN v_today today
    CROSS JOIN (
      SELECT coalesce(max(day) FILTER (WHERE is_complete), '-infinity') AS day, count(*) AS days
      FROM v_loaded_days) complete
    CROSS JOIN LATERAL (
      SELECT CASE WHEN complete.days = 0 THEN today.day
        ELSE least(today.day, complete.day) END AS day) whole
    CROSS JOIN LATERAL generate_series(0, (today.day - cohort.cohort_week) / 7) AS number (n)
    LEFT JOIN came returned ON returned.cohort_week = cohort.cohort_week
      AND returned.week = cohort.cohort_week + 7 * number.n
    WHERE cohort.week = cohort.cohort_week AND number.n < :cohorts::int
    ORDER BY 1, 2",
      first
    ),
    c(filter_values(filters), cohorts = most_cohorts)
  )
  rows$share <- ifelse(rows$week_number == 0, 1, ratio_of(rows$visitors, rows$cohort_visitors))
  rows
}

#' Returns customers by all their orders: one row per currency, recency score and frequency score.
customer_segments <- function(query) {
  query(
    "
    SELECT currency, recency_score::int AS recency, frequency_score::int AS frequency,
      count(*) AS customers, sum(orders) AS orders,
      sum(revenue_minor) AS revenue_minor
    FROM v_rfm GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
  )
}

#' Returns one row per customer and currency, the best first.
customer_rows <- function(query) {
  query(
    "
    SELECT customer, currency, recency_days::int AS recency_days, orders, revenue_minor,
      recency_score::int AS recency_score, frequency_score::int AS frequency_score,
      monetary_score::int AS monetary_score
    FROM v_rfm ORDER BY revenue_minor DESC NULLS LAST, orders DESC, customer, currency"
  )
}
