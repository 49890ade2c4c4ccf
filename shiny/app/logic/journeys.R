# Paths of sessions, transitions, and entry and exit pages.

journey_kinds <- c(page = "Page types", event = "Events")
longest_path <- 6

#' Returns SQL for the first six steps of sessions: one row per path, with its number of sessions
#' and of converted sessions.
paths_sql <- function(filters) {
  if (chooses_days_only(filters)) {
    return(
      "
      SELECT path, sum(sessions) AS sessions, sum(converted) AS converted
      FROM path_daily WHERE kind = :kind AND day BETWEEN :from_day::date AND :to_day::date
      GROUP BY path"
    )
  }
  sprintf(
    "
      SELECT path.steps[1:%d] AS path, count(*) AS sessions,
        count(*) FILTER (WHERE path.is_converted) AS converted
      FROM session_paths path
      WHERE path.kind = :kind AND %s
      GROUP BY 1",
    longest_path,
    chosen_rows(filters, "path", "session_date")
  )
}

#' Returns the first steps as links of a flow, from (place, step) to (place + 1, step).
#'
#' A session that ends early goes to "(end)".
flow <- function(query, filters, kind, places = 5) {
  stopifnot(places <= longest_path)
  query(
    sprintf(
      "
    SELECT place.place::int AS place, way.path[place.place] AS from_step,
      coalesce(way.path[place.place + 1], '(end)') AS to_step,
      sum(way.sessions) AS sessions
    FROM (%s) way CROSS JOIN generate_series(1, :places::int - 1) AS place (place)
    WHERE place.place <= cardinality(way.path)
    GROUP BY 1, 2, 3 ORDER BY 1, sessions DESC, 2, 3",
      paths_sql(filters)
    ),
    c(filter_values(filters), kind = kind, places = places)
  )
}

#' Returns nodes and links for a drawing. Rare steps of one place are merged into "(others)".
flow_drawing <- function(links, most = 7, least_share = 0.015) {
  links <- links[links$sessions > 0, , drop = FALSE]
  if (nrow(links) == 0) {
    return(list(nodes = data.frame(), links = data.frame()))
  }
  all_sessions <- sum(links$sessions[links$place == 1])
  totals <- rbind(
    stats::aggregate(
      sessions ~ place + step,
      data.frame(place = links$place, step = links$from_step, sessions = links$sessions),
      sum
    ),
    stats::aggregate(
      sessions ~ place + step,
      data.frame(place = links$place + 1, step = links$to_step, sessions = links$sessions),
      sum
    )
  )
  totals <- stats::aggregate(sessions ~ place + step, totals, max)
  kept <- unlist(lapply(split(totals, totals$place), function(steps) {
    steps <- steps[
      steps$step != "(end)" & steps$sessions >= least_share * all_sessions,
      ,
      drop = FALSE
    ]
    steps <- steps[order(-steps$sessions, steps$step), , drop = FALSE]
    paste(steps$place, utils::head(steps$step, most))
  }))
  shown <- function(place, step) {
    ifelse(step == "(end)" | paste(place, step) %in% kept, step, "(others)")
  }
  links$from_step <- shown(links$place, links$from_step)
  links$to_step <- shown(links$place + 1, links$to_step)
  links <- stats::aggregate(sessions ~ place + from_step + to_step, links, sum)
  from <- paste(links$place, links$from_step, sep = "\r")
  to <- paste(links$place + 1, links$to_step, sep = "\r")
  ids <- sort(unique(c(from, to)))
  nodes <- data.frame(
    place = as.integer(sub("\r.*", "", ids)),
    step = sub(".*\r", "", ids),
    stringsAsFactors = FALSE
  )
  nodes$sessions <- vapply(
    ids,
    function(id) max(sum(links$sessions[from == id]), sum(links$sessions[to == id])),
    0
  )
  links$source <- match(from, ids) - 1L
  links$target <- match(to, ids) - 1L
  list(nodes = nodes, links = links)
}

#' Returns the most frequent paths with their sessions and converted sessions.
top_paths <- function(query, filters, kind) {
  query(
    sprintf(
      "
    SELECT array_to_string(path, ' → ') AS path, sessions, converted
    FROM (%s) way
    ORDER BY sessions DESC, path",
      paths_sql(filters)
    ),
    c(filter_values(filters), kind = kind)
  )
}

#' Returns the most frequent transitions. Sessions with the same path are counted first, and their
#' steps paired after.
top_transitions <- function(query, filters, kind) {
  pairs <- if (chooses_days_only(filters)) {
    "
      SELECT from_step, to_step, transitions, sessions
      FROM transition_daily WHERE kind = :kind AND day BETWEEN :from_day::date AND :to_day::date"
  } else {
    sprintf(
      "
      SELECT way.steps[step.number] AS from_step, way.steps[step.number + 1] AS to_step,
        count(*) * way.sessions AS transitions,
        way.sessions
      FROM (
        SELECT path.steps, count(*) AS sessions, row_number() OVER () AS way
        FROM session_paths path
        WHERE path.kind = :kind AND %s
        GROUP BY path.steps) way
      CROSS JOIN LATERAL generate_series(1, cardinality(way.steps) - 1) AS step (number)
      GROUP BY way.way, 1, 2, way.sessions",
      chosen_rows(filters, "path", "session_date")
    )
  }
  query(
    sprintf(
      "
    SELECT from_step, to_step, sum(transitions) AS transitions, sum(sessions) AS sessions
    FROM (%s) pair
    GROUP BY 1, 2 ORDER BY transitions DESC, 1, 2",
      pairs
    ),
    c(filter_values(filters), kind = kind)
  )
}

#' Returns SQL for entries, bounces and exits per page path.
ends_sql <- function(filters) {
  ends <- if (chooses_days_only(filters)) {
    "
      SELECT page_path, entries, bounces, exits
      FROM page_daily WHERE day BETWEEN :from_day::date AND :to_day::date"
  } else {
    sprintf(
      "
      SELECT ends.page_path, CASE WHEN ends.is_entry THEN visits.sessions ELSE 0 END AS entries,
        CASE WHEN ends.is_entry THEN visits.bounces ELSE 0 END AS bounces,
        CASE WHEN ends.is_entry THEN 0 ELSE visits.sessions END AS exits
      FROM (
        SELECT session.landing_page_path, session.exit_page_path, count(*) AS sessions,
          count(*) FILTER (WHERE session.is_bounce) AS bounces
        FROM clickstream_sessions session WHERE %s GROUP BY 1, 2) visits
      CROSS JOIN LATERAL (VALUES (visits.landing_page_path, TRUE), (visits.exit_page_path, FALSE))
        AS ends (page_path, is_entry)
      WHERE ends.page_path IS NOT NULL",
      chosen_sessions(filters)
    )
  }
  sprintf(
    "
      SELECT page_path, sum(entries) AS entries, sum(bounces) AS bounces, sum(exits) AS exits
      FROM (%s) pages
      GROUP BY page_path",
    ends
  )
}
