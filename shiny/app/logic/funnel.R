# Funnels over a range: counts per step, and median times between steps.

funnel_scopes <- c(session = "Per session", visitor = "Per visitor (14 days)")

#' Returns the steps of all funnels, `purchase` first.
funnel_steps <- function(query) {
  query(
    "SELECT funnel, step::int AS step, name FROM funnel_steps
    ORDER BY funnel <> 'purchase', funnel, step"
  )
}

#' Returns one row per step: closed (entered at step 1), opened (has the step), and median_s, the
#' median seconds since the previous step.
funnel_counts <- function(query, filters, funnel, scope) {
  stopifnot(scope %in% names(funnel_scopes))
  values <- c(filter_values(filters), funnel = funnel)
  steps <- query(
    "SELECT step::int AS step, name FROM funnel_steps WHERE funnel = :funnel ORDER BY step",
    values
  )
  counts <- if (scope == "visitor") {
    visitor_counts(query, values, steps$step)
  } else {
    session_counts(query, filters, values)
  }
  taken <- if (scope == "visitor") {
    furthest_entries
  } else {
    sprintf(
      "
      SELECT funnel.step_at FROM session_funnels funnel
      WHERE funnel.funnel = :funnel AND cardinality(funnel.step_at) > 1 AND %s",
      chosen_rows(filters, "funnel", "entered_day")
    )
  }
  medians <- step_medians(query, values, taken)
  of_step <- function(rows, column, otherwise) {
    found <- rows[[column]][match(steps$step, rows$step)]
    ifelse(is.na(found), otherwise, found)
  }
  steps$closed <- of_step(counts, "closed", 0)
  steps$opened <- of_step(counts, "opened", 0)
  steps$median_s <- of_step(medians, "median_s", NA_real_)
  with_shares(steps)
}

#' Counts sessions per step. Counts add up over days, login states and channels; the other filters
#' need the single sessions.
session_counts <- function(query, filters, values) {
  if (!chooses_products(filters) && !chooses_visits(filters)) {
    return(query(
      sprintf(
        "
      SELECT counted.step::int AS step, sum(counted.closed) AS closed, sum(counted.opened) AS opened
      FROM session_funnel_daily counted
      WHERE counted.funnel = :funnel AND %s
      GROUP BY 1",
        chosen_rows(filters, "counted", "day")
      ),
      values
    ))
  }
  query(
    sprintf(
      "
    SELECT step::int AS step, count(*) FILTER (WHERE is_closed) AS closed,
      count(*) FILTER (WHERE NOT is_closed) AS opened
    FROM (
      SELECT generate_series(1, cardinality(funnel.step_at)) AS step, TRUE AS is_closed
      FROM session_funnels funnel WHERE funnel.funnel = :funnel AND %s
      UNION ALL
      SELECT unnest(funnel.open_steps), FALSE
      FROM session_funnels funnel WHERE funnel.funnel = :funnel AND %s) counted
    GROUP BY 1",
      chosen_rows(filters, "funnel", "entered_day"),
      chosen_rows(filters, "funnel", "session_date")
    ),
    values
  )
}

#' Counts visitors per step, each once. A visitor may have several login states and channels, so
#' only the days filter.
visitor_counts <- function(query, values, steps) {
  has <- paste(sprintf("bool_or(%1$d = ANY (open_steps)) AS has_%1$d", steps), collapse = ", ")
  counted <- paste(
    sprintf(
      "count(*) FILTER (WHERE reached >= %1$d) AS closed_%1$d,
      count(*) FILTER (WHERE has_%1$d) AS opened_%1$d",
      steps
    ),
    collapse = ", "
  )
  row <- query(
    sprintf(
      "
    SELECT %s
    FROM (
      SELECT max(cardinality(step_at)) AS reached, %s
      FROM visitor_funnels
      WHERE funnel = :funnel AND day BETWEEN :from_day::date AND :to_day::date
      GROUP BY visitor_id) visitor",
      counted,
      has
    ),
    values
  )
  data.frame(
    step = steps,
    closed = unlist(row[paste0("closed_", steps)]),
    opened = unlist(row[paste0("opened_", steps)])
  )
}

#' Selects each visitor's entry that went furthest beyond step 1; of several the first.
furthest_entries <- "
      SELECT DISTINCT ON (funnel.visitor_id) funnel.step_at FROM visitor_funnels funnel
      WHERE funnel.funnel = :funnel
        AND funnel.day BETWEEN :from_day::date AND :to_day::date AND cardinality(funnel.step_at) > 1
      ORDER BY funnel.visitor_id, cardinality(funnel.step_at) DESC, funnel.day"

#' Returns the median seconds between steps. `taken` is SQL that returns step_at.
step_medians <- function(query, values, taken) {
  query(
    sprintf(
      "
    SELECT step::int AS step,
      floor(percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds))::float8 AS median_s
    FROM (
      SELECT step.step,
        extract(epoch FROM entered.step_at[step.step] - entered.step_at[step.step - 1]) AS seconds
      FROM (%s) entered
        CROSS JOIN LATERAL generate_series(2, cardinality(entered.step_at)) AS step (step)) passed
    GROUP BY step",
      taken
    ),
    values
  )
}

#' Returns one row per segment and one column per step: sessions that entered at step 1.
funnel_segments <- function(query, filters, funnel, by) {
  stopifnot(by %in% names(segments))
  by_visit <- !(by %in% c("channel", "login_state"))
  values <- c(filter_values(filters), funnel = funnel)
  rows <- if (by_visit || chooses_products(filters) || chooses_visits(filters)) {
    query(
      sprintf(
        "
      SELECT segment, step::int AS step, count(*) AS sessions
      FROM (
        SELECT %s AS segment, generate_series(1, cardinality(funnel.step_at)) AS step
        FROM session_funnels funnel JOIN session_acquisition visit USING (session_key)
        WHERE funnel.funnel = :funnel AND %s) reached
      GROUP BY 1, 2",
        segments[[by]],
        chosen_rows(filters, "funnel", "entered_day")
      ),
      values
    )
  } else {
    query(
      sprintf(
        "
      SELECT counted.%s AS segment, counted.step::int AS step, sum(counted.closed) AS sessions
      FROM session_funnel_daily counted
      WHERE counted.funnel = :funnel AND counted.closed > 0 AND %s
      GROUP BY 1, 2",
        by,
        chosen_rows(filters, "counted", "day")
      ),
      values
    )
  }
  steps <- query(
    "SELECT max(step)::int AS steps FROM funnel_steps WHERE funnel = :funnel",
    list(funnel = funnel)
  )$steps
  segments <- sort(unique(rows$segment))
  reached <- function(segment, step) sum(rows$sessions[rows$segment == segment & rows$step == step])
  table <- data.frame(segment = segments, stringsAsFactors = FALSE)
  for (step in seq_len(steps)) {
    table[[paste0("step_", step)]] <- vapply(segments, reached, 0, step = step)
  }
  table$through <- ratio_of(table[[paste0("step_", steps)]], table$step_1)
  table[order(-table$step_1, table$segment), , drop = FALSE]
}
