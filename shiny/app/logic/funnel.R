# Funnels over a range: how many came how far, and how long a step took.

funnel_scopes <- c(session = "Per session", visitor = "Per visitor (14 days)")

funnel_steps <- function(query) {
  query("SELECT funnel, step::int AS step, name FROM funnel_steps ORDER BY funnel DESC, step")
}

# A row a step: closed (entered at step 1), opened (has the step), median_s since the step before.
funnel_counts <- function(query, filters, funnel, scope) {
  stopifnot(scope %in% names(funnel_scopes))
  values <- c(filter_values(filters), funnel = funnel)
  counted <- if (scope == "session") session_funnel_sql(filters) else visitor_funnel_sql()
  steps <- query(sprintf("
    WITH entered AS MATERIALIZED (%s),
    taken AS (
      SELECT taken.step, count(*) AS closed,
        floor(percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM taken.at - entered.step_at[taken.step - 1])))::float8 AS median_s
      FROM entered CROSS JOIN LATERAL unnest(entered.step_at) WITH ORDINALITY AS taken (at, step)
      GROUP BY taken.step),
    opened AS (%s)
    SELECT step.step::int AS step, step.name, coalesce(taken.closed, 0) AS closed, coalesce(opened.opened, 0) AS opened, taken.median_s
    FROM funnel_steps step
    LEFT JOIN taken ON taken.step = step.step
    LEFT JOIN opened ON opened.step = step.step
    WHERE step.funnel = :funnel
    ORDER BY step.step", counted$entered, counted$opened), values)
  steps$of_first <- ratio_of(steps$closed, steps$closed[1])
  steps$of_previous <- c(NA, ratio_of(steps$closed[-1], utils::head(steps$closed, -1)))[seq_len(nrow(steps))]
  steps
}

session_funnel_sql <- function(filters) {
  list(
    entered = sprintf("
      SELECT funnel.step_at FROM session_funnels funnel
      WHERE funnel.funnel = :funnel AND %s", chosen_rows(filters, "funnel", "entered_day")),
    opened = sprintf("
      SELECT opened.step, count(*) AS opened
      FROM session_funnels funnel CROSS JOIN LATERAL unnest(funnel.open_steps) AS opened (step)
      WHERE funnel.funnel = :funnel AND %s
      GROUP BY opened.step", chosen_rows(filters, "funnel", "session_date")))
}

# A visitor has several login states and channels: only the days choose.
visitor_funnel_sql <- function() {
  list(
    entered = "
      SELECT DISTINCT ON (funnel.visitor_id) funnel.step_at FROM visitor_funnels funnel
      WHERE funnel.funnel = :funnel AND funnel.day BETWEEN :from_day::date AND :to_day::date AND cardinality(funnel.step_at) > 0
      ORDER BY funnel.visitor_id, cardinality(funnel.step_at) DESC, funnel.day",
    opened = "
      SELECT opened.step, count(DISTINCT funnel.visitor_id) AS opened
      FROM visitor_funnels funnel CROSS JOIN LATERAL unnest(funnel.open_steps) AS opened (step)
      WHERE funnel.funnel = :funnel AND funnel.day BETWEEN :from_day::date AND :to_day::date
      GROUP BY opened.step")
}

# How the share that goes through differs: a row a segment, a column a step.
funnel_segments <- function(query, filters, funnel, by) {
  stopifnot(by %in% c("channel", "login_state"))
  rows <- query(sprintf("
    SELECT funnel.%s AS segment, cardinality(funnel.step_at) AS reached, count(*) AS sessions
    FROM session_funnels funnel
    WHERE funnel.funnel = :funnel AND cardinality(funnel.step_at) > 0 AND %s
    GROUP BY 1, 2", by, chosen_rows(filters, "funnel", "entered_day")), c(filter_values(filters), funnel = funnel))
  steps <- query("SELECT max(step)::int AS steps FROM funnel_steps WHERE funnel = :funnel", list(funnel = funnel))$steps
  segments <- sort(unique(rows$segment))
  reached <- function(segment, step) sum(rows$sessions[rows$segment == segment & rows$reached >= step])
  table <- data.frame(segment = segments, stringsAsFactors = FALSE)
  for (step in seq_len(steps)) {
    table[[paste0("step_", step)]] <- vapply(segments, reached, 0, step = step)
  }
  table$through <- ratio_of(table[[paste0("step_", steps)]], table$step_1)
  table[order(-table$step_1, table$segment), , drop = FALSE]
}
